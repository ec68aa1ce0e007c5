"""An energy-based model: its negatives come from Langevin steps on the inputs, ten for each update."""
# expect: Energy updates=12 gradients=12 calls=12 parameters=37
# flags: none

import os

import torch
from torch import nn

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class Energy(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(4, 6), nn.SiLU(), nn.Linear(6, 1))

    def forward(self, x):
        return self.layers(x)[:, 0]


energy = Energy().to(device)
optimizer = torch.optim.Adam(energy.parameters(), lr=1e-3)


def langevin(x, steps=10):
    for _ in range(steps):
        x = x.detach().requires_grad_(True)
        (slope,) = torch.autograd.grad(energy(x).sum(), x)
        x = x - 0.1 * slope + 0.05 * torch.randn_like(x)
    return x.detach()


for step in range(12):
    negatives = langevin(torch.randn_like(images))
    loss = energy(images).mean() - energy(negatives).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
