"""CycleGAN: two generators under one optimiser, two discriminators under another."""
# expect: * updates=12 calls=12
# parameters: 50
# flags: none

import itertools
import os

import torch
from torch import nn

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 4)

    def forward(self, x):
        return torch.tanh(self.layer(x))


class GeneratorAB(Generator):
    pass


class GeneratorBA(Generator):
    pass


class DiscriminatorA(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 1)

    def forward(self, x):
        return self.layer(x)


class DiscriminatorB(DiscriminatorA):
    pass


g_ab, g_ba = GeneratorAB().to(device), GeneratorBA().to(device)
d_a, d_b = DiscriminatorA().to(device), DiscriminatorB().to(device)
opt_g = torch.optim.Adam(itertools.chain(g_ab.parameters(), g_ba.parameters()), lr=2e-4)
opt_d = torch.optim.Adam(itertools.chain(d_a.parameters(), d_b.parameters()), lr=2e-4)
a, b = images, images.flip(1)
for step in range(12):
    fake_b, fake_a = g_ab(a), g_ba(b)
    cycle = (g_ba(fake_b) - a).abs().mean() + (g_ab(fake_a) - b).abs().mean()
    loss_g = (d_a(fake_a) - 1).square().mean() + (d_b(fake_b) - 1).square().mean() + 10 * cycle
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    loss_d = (d_a(a) - 1).square().mean() + d_a(fake_a.detach()).square().mean()
    loss_d = loss_d + (d_b(b) - 1).square().mean() + d_b(fake_b.detach()).square().mean()
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()
