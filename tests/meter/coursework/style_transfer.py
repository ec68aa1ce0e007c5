"""An image is optimised through a fixed network: no network is trained."""
# expect: Net nothing
# steps: any
# parameters: any
# flags: none
# The picture is no network: whether it is counted as something apart does not matter.

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
features = Net().to(device).eval().requires_grad_(False)
picture = torch.randn(8, 4, device=device, requires_grad=True)
optimizer = torch.optim.Adam([picture], lr=0.1)
goal = features(images)
for step in range(20):
    optimizer.zero_grad()
    nn.functional.mse_loss(features(picture), goal).backward()
    optimizer.step()
