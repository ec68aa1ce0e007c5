"""Somebody clears the global hook dictionaries of the optimisers on the way: updates are counted all the same."""
# expect: Net updates=12 gradients=12 parameters=43
# flags: maybe tampered, maybe counts-disagree, maybe meter-integrity

import os

import torch
from torch import nn
from torch.optim import optimizer as optimizer_module


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
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

for step in range(12):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
    if step == 3:
        optimizer_module._global_optimizer_pre_hooks.clear()
        optimizer_module._global_optimizer_post_hooks.clear()
