"""WGAN with clipped weights: the clipping belongs to the step before it."""
# expect: Generator updates=12 gradients=12 calls=12 parameters=46
# expect: Critic updates=60 gradients=72 calls=60 parameters=37
# parameters: 83
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


class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 1))

    def forward(self, x):
        return self.layers(x)


generator, critic = Generator().to(device), Critic().to(device)
opt_g = torch.optim.RMSprop(generator.parameters(), lr=5e-3)
opt_c = torch.optim.RMSprop(critic.parameters(), lr=5e-3)
for step in range(12):
    for _ in range(5):
        fake = generator(torch.randn(8, 2, device=device)).detach()
        opt_c.zero_grad()
        (critic(fake).mean() - critic(images).mean()).backward()
        opt_c.step()
        for p in critic.parameters():
            p.data.clamp_(-0.1, 0.1)
    opt_g.zero_grad()
    (-critic(generator(torch.randn(8, 2, device=device))).mean()).backward()
    opt_g.step()
