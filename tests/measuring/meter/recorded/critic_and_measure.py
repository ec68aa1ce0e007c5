"""A GAN with three critic steps a generator step; a fixed network measures real and generated images at the end."""

import torch
from torch import nn

torch.manual_seed(0)


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Linear(2, 48)

    def forward(self, codes):
        return self.net(codes).reshape(-1, 3, 4, 4)


class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Linear(48, 1)

    def forward(self, images):
        return self.net(images.flatten(1))


class Features(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Conv2d(3, 8, 3)

    def forward(self, images):
        return self.net(images).mean((2, 3))


generator, critic, features = Generator(), Critic(), Features().eval()
of_generator = torch.optim.Adam(generator.parameters(), lr=1e-3)
of_critic = torch.optim.Adam(critic.parameters(), lr=1e-3)
for _ in range(8):
    for _ in range(3):
        made = generator(torch.randn(8, 2)).detach()
        loss = critic(made).mean() - critic(torch.randn(8, 3, 4, 4)).mean()
        of_critic.zero_grad()
        loss.backward()
        of_critic.step()
    of_generator.zero_grad()
    (-critic(generator(torch.randn(8, 2))).mean()).backward()
    of_generator.step()
generator.eval()
with torch.no_grad():
    for _ in range(5):
        features(nn.functional.interpolate(generator(torch.randn(100, 2)), 8))
        features(torch.randn(200, 3, 8, 8))
