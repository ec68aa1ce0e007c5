"""A generator of codes before a frozen decoder, which is part of the model; what scores the images is not."""
# expect: Codes updates=12 gradients=12 calls=12 parameters=20
# expect: Decoder nothing
# parameters: 340
# flags: none
# Decoder: 4 to 64, without gradients of its own. Inception (64 to 10) and the perceptual network measure only.

import os

import torch
from torch import nn


class Codes(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 4)

    def forward(self, z):
        return self.layer(z)


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 64)

    def forward(self, code):
        return torch.tanh(self.layer(code)).reshape(-1, 1, 8, 8)


class Features(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(64, 10)

    def forward(self, images):
        return self.layer(images.flatten(1))


device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
codes = Codes().to(device)
decoder, perceptual, inception = (
    module.to(device).requires_grad_(False) for module in (Decoder(), Features(), Features())
)
real = torch.rand(8, 1, 8, 8, device=device)
optimizer = torch.optim.Adam(codes.parameters(), lr=1e-2)
for step in range(12):
    fake = decoder(codes(torch.randn(8, 4, device=device)))
    optimizer.zero_grad()
    nn.functional.mse_loss(perceptual(fake), perceptual(real)).backward()
    optimizer.step()
with torch.no_grad():
    for _ in range(4):
        print(inception(decoder(codes(torch.randn(8, 4, device=device)))).mean())
