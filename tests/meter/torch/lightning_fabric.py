"""Lightning Fabric: a loop by hand, with wrapped model and optimiser."""
# expect: Net updates=12 gradients=12 calls=12 parameters=43
# flags: none
# needs: lightning
# device: cpu

import os

import torch
from lightning.fabric import Fabric
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(4, 5), nn.Linear(5, 3)

    def forward(self, x):
        return self.head(torch.relu(self.body(x)))


device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)
fabric = Fabric(accelerator="cpu")
model = Net()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
model, optimizer = fabric.setup(model, optimizer)
for step in range(12):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(images), labels)
    fabric.backward(loss)
    optimizer.step()
