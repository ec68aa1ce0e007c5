"""Three networks trained in one loop, each with its own optimiser and batch."""
# expect: Net#1 updates=12 gradients=12 calls=12 parameters=43
# expect: Net#2 updates=12 gradients=12 calls=12 parameters=43
# expect: Net#3 updates=12 gradients=12 calls=12 parameters=43
# steps: 12
# parameters: 129
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
members = [Net().to(device) for _ in range(3)]
optimizers = [torch.optim.Adam(member.parameters(), lr=1e-2) for member in members]
for step in range(12):
    for member, optimizer in zip(members, optimizers, strict=True):
        rows = torch.randint(0, 8, (8,), device=device)
        optimizer.zero_grad()
        nn.functional.cross_entropy(member(images[rows]), labels[rows]).backward()
        optimizer.step()
with torch.no_grad():
    print(torch.stack([member(images) for member in members]).mean(0).argmax(1))
