"""Halves stepped in turn, each after a full gradient: every step gives the network a new value."""
# expect: Net updates=24 gradients=24 calls=24 parameters=43
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
of_body = torch.optim.SGD(model.body.parameters(), lr=0.1)
of_head = torch.optim.SGD(model.head.parameters(), lr=0.1)
for step in range(24):
    model.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    (of_body if step % 2 == 0 else of_head).step()
