"""WGAN with gradient penalty: the inner gradient is with respect to images and is differentiated again."""
# expect: Generator updates=12 gradients=12 calls=12 parameters=46
# expect: Discriminator updates=60 gradients=72 calls=60 parameters=37
# flags: none
# The inner gradients reach no parameter of the critic; those of the generator's loss do.

import os

import torch
from torch import nn

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, 6), nn.ReLU(), nn.Linear(6, 4))

    def forward(self, z):
        return self.layers(z)


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(4, 6), nn.LeakyReLU(0.2), nn.Linear(6, 1))

    def forward(self, x):
        return self.layers(x)


G, D = Generator().to(device), Discriminator().to(device)
opt_g = torch.optim.Adam(G.parameters(), lr=2e-4, betas=(0.5, 0.999))
opt_d = torch.optim.Adam(D.parameters(), lr=2e-4, betas=(0.5, 0.999))
for step in range(12):
    for _ in range(5):
        fake = G(torch.randn(8, 2, device=device)).detach()
        mix = torch.rand(8, 1, device=device)
        between = (mix * images + (1 - mix) * fake).requires_grad_(True)
        (slope,) = torch.autograd.grad(D(between).sum(), between, create_graph=True)
        penalty = (slope.norm(2, dim=1) - 1).square().mean()
        loss_d = D(fake).mean() - D(images).mean() + 10 * penalty
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()
    loss_g = -D(G(torch.randn(8, 2, device=device))).mean()
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
