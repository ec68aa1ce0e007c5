"""Lazy modules get their shapes from the first batch."""
# expect: LazyNet updates=12 gradients=12 calls=12 parameters=43
# flags: none

import os

import torch
from torch import nn

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class LazyNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head = nn.LazyLinear(5), nn.LazyLinear(3)

    def forward(self, x):
        return self.head(torch.relu(self.body(x)))


model = LazyNet().to(device)
model(images)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(12):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
