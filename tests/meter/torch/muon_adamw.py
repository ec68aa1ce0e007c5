"""Muon on the matrices, AdamW on the biases."""
# expect: Net updates=12 gradients=12 calls=24 parameters=43
# flags: none
# needs: torch>=2.9

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
matrices = [p for p in model.parameters() if p.ndim == 2]
vectors = [p for p in model.parameters() if p.ndim < 2]
optimizers = [torch.optim.Muon(matrices, lr=0.02), torch.optim.AdamW(vectors, lr=1e-2)]
for step in range(12):
    for optimizer in optimizers:
        optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    for optimizer in optimizers:
        optimizer.step()
