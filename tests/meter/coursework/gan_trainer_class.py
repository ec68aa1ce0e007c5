"""A GAN in one class that owns networks and optimisers, with D frozen during the step of G."""
# expect: Generator updates=12 gradients=12 calls=12 parameters=12
# expect: Discriminator updates=12 gradients=12 calls=12 parameters=5
# parameters: 17
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
        self.layer = nn.Linear(2, 4)

    def forward(self, z):
        return self.layer(z)


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 1)

    def forward(self, x):
        return self.layer(x)


class GAN:
    def __init__(self):
        self.G, self.D = Generator().to(device), Discriminator().to(device)
        self.opt_g = torch.optim.Adam(self.G.parameters(), lr=1e-3)
        self.opt_d = torch.optim.Adam(self.D.parameters(), lr=1e-3)
        self.loss = nn.BCEWithLogitsLoss()

    def train_step(self, real):
        ones, zeros = torch.ones(len(real), 1, device=device), torch.zeros(len(real), 1, device=device)
        fake = self.G(torch.randn(len(real), 2, device=device))
        self.D.requires_grad_(True)
        self.opt_d.zero_grad()
        (self.loss(self.D(real), ones) + self.loss(self.D(fake.detach()), zeros)).backward()
        self.opt_d.step()
        self.D.requires_grad_(False)
        self.opt_g.zero_grad()
        self.loss(self.D(fake), ones).backward()
        self.opt_g.step()

    def fit(self, steps):
        for _ in range(steps):
            self.train_step(images)


GAN().fit(12)
