"""Snapshot ensemble: the network is copied at the end of each cycle, and the copies vote."""
# expect: Net#1 updates=12 gradients=12 calls=12 parameters=43
# expect: Net#2 nothing
# flags: none

import copy
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
snapshots = []
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for cycle in range(3):
    for step in range(4):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
    snapshots.append(copy.deepcopy(model).eval())
with torch.no_grad():
    print(torch.stack([snapshot(images) for snapshot in snapshots]).mean(0).argmax(1))
