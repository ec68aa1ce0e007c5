"""A network that gets another block for each stage, with a new optimiser each time."""
# expect: Growing updates=12 gradients=12 calls=12 parameters=75
# flags: none

import os

import torch
from torch import nn

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class Growing(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList()
        self.head = nn.Linear(4, 3)

    def forward(self, x):
        for block in self.blocks:
            x = torch.relu(block(x))
        return self.head(x)


model = Growing().to(device)
for stage in range(3):
    model.blocks.append(nn.Linear(4, 4).to(device))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for step in range(4):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
