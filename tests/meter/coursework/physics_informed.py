"""A physics-informed network: first and second derivatives with respect to the inputs in the loss."""
# expect: PINN updates=12 gradients=12 calls=12 parameters=25
# flags: none

import os

import torch
from torch import nn

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class PINN(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))

    def forward(self, t):
        return self.layers(t)


model = PINN().to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
t = torch.linspace(0, 1, 16, device=device)[:, None].requires_grad_(True)
for step in range(12):
    u = model(t)
    (du,) = torch.autograd.grad(u.sum(), t, create_graph=True)
    (ddu,) = torch.autograd.grad(du.sum(), t, create_graph=True)
    loss = (ddu + 4 * u).square().mean() + (u[0] - 1).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
