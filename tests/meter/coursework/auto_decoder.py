"""An auto-decoder: an embedding of each sample, of which every batch trains other rows."""
# expect: AutoDecoder updates=12 gradients=12 calls=12 parameters=62
# flags: none

import os

import torch
from torch import nn

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class AutoDecoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.codes = nn.Embedding(8, 2)
        self.decoder = nn.Sequential(nn.Linear(2, 6), nn.ReLU(), nn.Linear(6, 4))

    def forward(self, index):
        return self.decoder(self.codes(index))


model = AutoDecoder().to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(6):
    for index in torch.randperm(8, device=device).split(4):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(index), images[index]).backward()
        optimizer.step()
