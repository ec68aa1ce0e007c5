"""Layers in a Python list beside one that torch knows and nobody uses: the module that judges holds what is trained."""
# expect: * updates=12 gradients=12 calls=12
# parameters: 252|261
# flags: none
# device: cpu
# 252 are trained; the 9 of the unused layer belong to the module, and may be counted with it.

import os

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(8, 8) for _ in range(3)] + [nn.Linear(8, 4)]
        self.unused = nn.Linear(8, 1)

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)


device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(16, 8, device=device), torch.randint(0, 4, (16,), device=device)
model = Net()
optimizer = torch.optim.SGD([p for layer in model.layers for p in layer.parameters()], lr=0.1)
for step in range(12):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
model.eval()
with torch.no_grad():
    print(model(images).argmax(1))
