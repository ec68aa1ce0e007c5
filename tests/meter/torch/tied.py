"""Encoder and decoder share one weight, which counts once: 4 x 5 and two biases of 5 and 4."""
# expect: Autoencoder updates=12 gradients=12 calls=12 parameters=29
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
        self.encoder = nn.Linear(4, 5)
        self.decoder_bias = nn.Parameter(torch.zeros(4))

    def forward(self, x):
        code = torch.tanh(self.encoder(x))
        return nn.functional.linear(code, self.encoder.weight.t(), self.decoder_bias)


model = Autoencoder().to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(12):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(images), images).backward()
    optimizer.step()
