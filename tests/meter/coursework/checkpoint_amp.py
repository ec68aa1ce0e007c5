"""Gradient checkpointing under bfloat16 autocast."""
# expect: Net updates=12 gradients=12 calls=12 parameters=43
# flags: none

import os

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(4, 5), nn.Linear(5, 3)

    def forward(self, x):
        return self.head(checkpoint(lambda h: torch.relu(self.body(h)), x, use_reentrant=False))


model = Net().to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)

for step in range(12):
    optimizer.zero_grad()
    with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
        loss = nn.functional.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
