"""A learning-rate range test first, then the weights are restored and training starts."""
# expect: Net updates=24 gradients=24 calls=24 parameters=43
# steps: 12|24
# flags: none
# The network itself makes 24 updates; 12 of them are undone by the restored state, and may be told apart.

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
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)

initial = copy.deepcopy(model.state_dict())
for step in range(12):
    optimizer.param_groups[0]["lr"] = 1e-4 * 1.5**step
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
model.load_state_dict(initial)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(12):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
