"""Score matching: the score is a derivative with respect to the data, and is differentiated again."""
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
        self.layers = nn.Sequential(nn.Linear(4, 6), nn.Softplus(), nn.Linear(6, 1))

    def forward(self, x):
        return self.layers(x).sum()


energy = Energy().to(device)
optimizer = torch.optim.Adam(energy.parameters(), lr=1e-2)
for step in range(12):
    noise = torch.randn_like(images)
    noisy = (images + 0.3 * noise).requires_grad_(True)
    (slope,) = torch.autograd.grad(energy(noisy), noisy, create_graph=True)
    loss = (0.3 * -slope + noise).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
