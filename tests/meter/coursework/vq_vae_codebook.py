"""A VQ-VAE whose codebook is learnt by its loss, with the straight-through estimator."""
# expect: VQVAE updates=12 gradients=12 calls=12 parameters=38
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
        self.encoder, self.codebook, self.decoder = nn.Linear(4, 2), nn.Embedding(8, 2), nn.Linear(2, 4)

    def forward(self, x):
        z = self.encoder(x)
        index = torch.cdist(z, self.codebook.weight).argmin(1)
        code = self.codebook(index)
        commitment = (z - code.detach()).square().mean() + (z.detach() - code).square().mean()
        return self.decoder(z + (code - z).detach()), commitment


model = VQVAE().to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(12):
    x_hat, commitment = model(images)
    optimizer.zero_grad()
    (nn.functional.mse_loss(x_hat, images) + commitment).backward()
    optimizer.step()
