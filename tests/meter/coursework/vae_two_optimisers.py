"""A VAE with one optimiser for the encoder and one for the decoder."""
# expect: VAE updates=12 gradients=12 calls=24 parameters=32
# flags: none

import os

import torch
from torch import nn

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Linear(4, 4)
        self.decoder = nn.Linear(2, 4)

    def forward(self, x):
        mean, logvar = self.encoder(x).chunk(2, 1)
        z = mean + torch.randn_like(mean) * (0.5 * logvar).exp()
        return self.decoder(z), mean, logvar


vae = VAE().to(device)
encoder_optimizer = torch.optim.Adam(vae.encoder.parameters(), lr=1e-3)
decoder_optimizer = torch.optim.Adam(vae.decoder.parameters(), lr=1e-3)
for step in range(12):
    x_hat, mean, logvar = vae(images)
    kl = -0.5 * (1 + logvar - mean.square() - logvar.exp()).sum(1).mean()
    loss = nn.functional.mse_loss(x_hat, images) + 0.1 * kl
    encoder_optimizer.zero_grad()
    decoder_optimizer.zero_grad()
    loss.backward()
    encoder_optimizer.step()
    decoder_optimizer.step()
with torch.no_grad():
    print(vae.decoder(torch.randn(16, 2, device=device)).shape)
