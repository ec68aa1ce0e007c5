"""The same with a replay buffer: images are optimised by `backward`, while the weights are frozen for the while."""
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
buffer = torch.randn(32, 4, device=device)
for step in range(12):
    chosen = torch.randint(0, 32, (8,), device=device)
    energy.requires_grad_(False)
    x = buffer[chosen].requires_grad_(True)
    for _ in range(5):
        x.grad = None
        energy(x).sum().backward()
        with torch.no_grad():
            x -= 0.1 * x.grad - 0.05 * torch.randn_like(x)
    energy.requires_grad_(True)
    x = x.detach()
    buffer[chosen] = x
    loss = energy(images).mean() - energy(x).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
