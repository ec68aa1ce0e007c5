"""Fused optimisers on the device, which move no version counter."""
# expect: NetSGD updates=12 gradients=12 calls=12 parameters=43
# expect: NetAdam updates=12 gradients=12 calls=12 parameters=43
# expect: NetAdamW updates=12 gradients=12 calls=12 parameters=43
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


device = os.environ.get("DEVICE", "cuda")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)
for name in ("SGD", "Adam", "AdamW"):
    model = type(f"Net{name}", (Net,), {})().to(device)
    optimizer = getattr(torch.optim, name)(model.parameters(), lr=1e-2, fused=True)
    for step in range(12):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
