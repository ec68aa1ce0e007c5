"""Six updates by hand as an exercise, then six with the optimiser."""
# expect: Net updates=12 gradients=12 calls=6 parameters=43
# flags: none

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
for step in range(6):
    model.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= 0.1 * p.grad
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(6):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
