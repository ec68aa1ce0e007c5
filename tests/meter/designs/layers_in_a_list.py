"""Layers in a Python list: `parameters()` does not see them, the optimiser got them by hand."""
# expect: * updates=12 gradients=12 calls=12
# parameters: 252
# flags: none
# device: cpu

import os

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = [nn.Linear(8, 8) for _ in range(3)]
        self.head = nn.Linear(8, 4)

    def forward(self, x):
        for layer in self.hidden:
            x = torch.relu(layer(x))
        return self.head(x)

    def every_parameter(self):
        return [*self.parameters(), *(p for layer in self.hidden for p in layer.parameters())]


device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(16, 8, device=device), torch.randint(0, 4, (16,), device=device)
model = Net()
optimizer = torch.optim.SGD(model.every_parameter(), lr=0.1)
for step in range(12):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
model.eval()
with torch.no_grad():
    print(model(images).argmax(1))
