"""A discriminator under spectral normalisation, whose power iteration writes buffers at each forward call."""
# expect: Discriminator updates=12 gradients=12 calls=12 parameters=37
# flags: none

import os

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.two = spectral_norm(nn.Linear(4, 6)), spectral_norm(nn.Linear(6, 1))

    def forward(self, x):
        return self.two(torch.relu(self.one(x)))


model = Discriminator().to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for step in range(12):
    loss = torch.relu(1 - model(images)).mean() + torch.relu(1 + model(torch.randn_like(images))).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
