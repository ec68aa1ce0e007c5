"""A GAN where both gradients are taken first, and then both networks step."""
# expect: Generator updates=12 gradients=12 calls=12 parameters=46
# expect: Discriminator updates=12 gradients=12 calls=12 parameters=37
# flags: none

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
g_params, d_params = list(G.parameters()), list(D.parameters())
for step in range(12):
    fake = G(torch.randn(8, 2, device=device))
    score_real, score_fake = D(images), D(fake)
    loss_d = nn.functional.softplus(-score_real).mean() + nn.functional.softplus(score_fake).mean()
    loss_g = nn.functional.softplus(-score_fake).mean()
    grads_d = torch.autograd.grad(loss_d, d_params, retain_graph=True)
    grads_g = torch.autograd.grad(loss_g, g_params)
    for p, g in zip(d_params + g_params, grads_d + grads_g, strict=True):
        p.grad = g
    opt_d.step()
    opt_g.step()
