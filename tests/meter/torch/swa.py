"""Stochastic weight averaging from half-way on, with torch's own class."""
# expect: Net updates=12 gradients=12 calls=12 parameters=43
# expect: AveragedModel nothing
# flags: none

import os

import torch
from torch import nn
from torch.optim.swa_utils import SWALR, AveragedModel


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(4, 5), nn.Linear(5, 3)

    def forward(self, x):
        return self.head(torch.relu(self.body(x)))


device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)
model = Net().to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
swa_model = AveragedModel(model)
scheduler = SWALR(optimizer, swa_lr=0.05)
for step in range(12):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
    if step >= 6:
        swa_model.update_parameters(model)
        scheduler.step()
swa_model.eval()
with torch.no_grad():
    print(swa_model(images).argmax(1))
