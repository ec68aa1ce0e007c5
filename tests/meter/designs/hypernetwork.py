"""A hypernetwork makes the weights of the layer: only its own parameters count, 3 x 36 and 36."""
# expect: Net updates=12 gradients=12 calls=12 parameters=144
# flags: none

import os

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hyper = nn.Linear(3, 36)

    def forward(self, x):
        made = self.hyper(torch.ones(3, device=x.device))
        return x @ made[:32].view(8, 4) + made[32:]


device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(16, 8, device=device), torch.randint(0, 4, (16,), device=device)
model = Net().to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(12):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
model.eval()
with torch.no_grad():
    print(model(images).argmax(1))
