"""An autoencoder, then a prior over its codes: a second network trained on the output of the first."""
# expect: Autoencoder updates=12 gradients=12 calls=12 parameters=22
# expect: Prior updates=12 gradients=12 calls=12 parameters=6
# parameters: 28
# flags: none

import os

import torch
from torch import nn

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = nn.Linear(4, 2), nn.Linear(2, 4)

    def forward(self, x):
        return self.decoder(torch.tanh(self.encoder(x)))


class Prior(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)

    def forward(self, z):
        return self.layer(z)


autoencoder, prior = Autoencoder().to(device), Prior().to(device)
optimizer = torch.optim.Adam(autoencoder.parameters(), lr=1e-2)
for step in range(12):
    optimizer.zero_grad()
    nn.functional.mse_loss(autoencoder(images), images).backward()
    optimizer.step()
with torch.no_grad():
    codes = torch.tanh(autoencoder.encoder(images))
optimizer = torch.optim.Adam(prior.parameters(), lr=1e-2)
for step in range(12):
    noise = torch.randn_like(codes)
    optimizer.zero_grad()
    nn.functional.mse_loss(prior(codes + noise), noise).backward()
    optimizer.step()
with torch.no_grad():
    z = torch.randn(16, 2, device=device)
    print(autoencoder.decoder(z - prior(z)).shape)
