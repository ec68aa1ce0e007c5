"""Weight normalisation: a magnitude for each row (4), the directions (32) and a bias (4)."""
# expect: Net updates=12 gradients=12 calls=12 parameters=40
# flags: none

import os

import torch
from torch import nn
from torch.nn.utils.parametrizations import weight_norm


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = weight_norm(nn.Linear(8, 4))

    def forward(self, x):
        return self.head(x)


device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(16, 8, device=device), torch.randint(0, 4, (16,), device=device)
model = Net().to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(12):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
model.eval()
with torch.no_grad():
    print(model(images).argmax(1))
