"""A VQ-VAE whose codebook is a buffer, moved by an average and not by gradients."""
# expect: VQVAE updates=12 gradients=12 calls=12 parameters=22
# flags: none

import os

import torch
from torch import nn

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class VQVAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = nn.Linear(4, 2), nn.Linear(2, 4)
        self.register_buffer("codebook", torch.randn(8, 2))

    def forward(self, x):
        z = self.encoder(x)
        index = torch.cdist(z, self.codebook).argmin(1)
        code = self.codebook[index]
        if self.training:
            with torch.no_grad():
                self.codebook.index_add_(0, index, 0.1 * (z - code))
        return self.decoder(z + (code - z).detach()), (z - code.detach()).square().mean()


model = VQVAE().to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(12):
    x_hat, commitment = model(images)
    optimizer.zero_grad()
    (nn.functional.mse_loss(x_hat, images) + commitment).backward()
    optimizer.step()
