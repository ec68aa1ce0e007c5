"""Reptile: copies are trained for three steps on each task, and the network moves towards them."""
# expect: Net updates=3|12 parameters=43
# steps: any
# flags: none
# The network itself is moved four times without a gradient of its own; the copies make 3 updates each. Whether the
# copies are one line of 12 is the judge's to say; what must not happen is a flag.

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
meta = Net().to(device)
for task in range(4):
    learner = copy.deepcopy(meta)
    optimizer = torch.optim.SGD(learner.parameters(), lr=0.1)
    for step in range(3):
        optimizer.zero_grad()
        nn.functional.cross_entropy(learner(images), (labels + task) % 3).backward()
        optimizer.step()
    with torch.no_grad():
        for slow, fast in zip(meta.parameters(), learner.parameters(), strict=True):
            slow.lerp_(fast, 0.5)
