"""Momentum by hand, with `.data.add_`."""
# expect: Net updates=12 gradients=12 calls=0 parameters=43
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
velocity = [torch.zeros_like(p) for p in model.parameters()]
for step in range(12):
    loss = nn.functional.cross_entropy(model(images), labels)
    model.zero_grad()
    loss.backward()
    for v, p in zip(velocity, model.parameters(), strict=True):
        v.mul_(0.9).add_(p.grad)
        p.data.add_(v, alpha=-0.05)
