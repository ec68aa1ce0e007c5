"""GLO: the latent codes of the images are optimised together with the generator."""
# expect: Generator updates=12 gradients=12 calls=12
# steps: 12
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


generator = Generator().to(device)
codes = torch.randn(8, 2, device=device, requires_grad=True)
optimizer = torch.optim.Adam([{"params": generator.parameters()}, {"params": [codes], "lr": 1e-1}], lr=1e-2)
for step in range(12):
    optimizer.zero_grad()
    nn.functional.mse_loss(generator(codes), images).backward()
    optimizer.step()
    with torch.no_grad():
        codes.div_(codes.norm(dim=1, keepdim=True).clamp(min=1))
