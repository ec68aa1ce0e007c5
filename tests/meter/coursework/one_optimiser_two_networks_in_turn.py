"""One optimiser holds two networks, which get gradients in turn: each makes twelve updates, not 24."""
# expect: Left updates=12 gradients=12 calls=24|12 parameters=15
# expect: Right updates=12 gradients=12 calls=24|12 parameters=15
# parameters: 30
# flags: none

import os

import torch
from torch import nn

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class Left(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 3)

    def forward(self, x):
        return self.layer(x)


class Right(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 3)

    def forward(self, x):
        return self.layer(x)


left, right = Left().to(device), Right().to(device)
optimizer = torch.optim.SGD([*left.parameters(), *right.parameters()], lr=0.1)
for step in range(24):
    optimizer.zero_grad()
    model = left if step % 2 == 0 else right
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
