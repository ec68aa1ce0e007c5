"""Gradient checkpointing as torch now recommends it."""
# expect: Checkpointed updates=12 gradients=12 calls=12 parameters=73
# flags: none

import os

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class Checkpointed(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.middle, self.head = nn.Linear(4, 5), nn.Linear(5, 5), nn.Linear(5, 3)

    def forward(self, x):
        x = checkpoint(lambda h: torch.relu(self.body(h)), x, use_reentrant=False)
        x = checkpoint(lambda h: torch.relu(self.middle(h)), x, use_reentrant=False)
        return self.head(x)


model = Checkpointed().to(device)
images.requires_grad_(True)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(12):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
