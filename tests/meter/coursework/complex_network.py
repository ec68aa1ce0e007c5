"""Complex weights with Adam: real and imaginary part are two parameters."""
# expect: Spectral updates=12 gradients=12 calls=12 parameters=36
# flags: none

import os

import torch
from torch import nn

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class Spectral(nn.Module):
    def __init__(self):
        super().__init__()
        self.filter = nn.Parameter(torch.randn(4, 3, dtype=torch.cfloat) * 0.5)
        self.head = nn.Linear(3, 3, bias=True)

    def forward(self, x):
        return self.head((torch.fft.fft(x) @ self.filter).abs())


model = Spectral().to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(12):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
