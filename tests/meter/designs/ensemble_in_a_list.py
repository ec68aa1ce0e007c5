"""Three models in a list without a Module around them, trained together: 3 x 36."""
# expect: * updates=12 gradients=12 calls=12
# parameters: 108
# flags: none

import os

import torch
from torch import nn


class Member(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8, 4)

    def forward(self, x):
        return self.layer(x)


def model(x):
    return torch.stack([member(x) for member in members]).mean(0)


device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(16, 8, device=device), torch.randint(0, 4, (16,), device=device)
members = [Member().to(device) for _ in range(3)]
optimizer = torch.optim.SGD([p for member in members for p in member.parameters()], lr=0.1)
for step in range(12):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
with torch.no_grad():
    print(model(images).argmax(1))
