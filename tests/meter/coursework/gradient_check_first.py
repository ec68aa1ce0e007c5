"""The loss is checked against finite differences before training: the weights are moved to and fro, not trained."""
# expect: Net updates=12 gradients=13 calls=12 parameters=43
# flags: none
# After the first gradient the weights are moved and put back: at the next gradient they hold no new value.

import os

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(4, 5), nn.Linear(5, 3)

    def forward(self, x):
        return self.head(torch.relu(self.body(x)))


device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)
model = Net().to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)

loss = nn.functional.cross_entropy(model(images), labels)
(analytic,) = torch.autograd.grad(loss, model.head.bias)
with torch.no_grad():
    for index in range(3):
        before = model.head.bias[index].item()
        model.head.bias[index] = before + 1e-3
        above = nn.functional.cross_entropy(model(images), labels)
        model.head.bias[index] = before
        print((above - loss).item() / 1e-3, analytic[index].item())
for step in range(12):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
