"""Center loss: a module of class centres with an optimiser of its own."""
# expect: Net updates=12 gradients=12 calls=12 parameters=43
# expect: CenterLoss updates=12 gradients=12 calls=12 parameters=9
# flags: none

import os

import torch
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


class CenterLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.centers = nn.Parameter(torch.randn(3, 3))

    def forward(self, x, y):
        return (x - self.centers[y]).square().sum(1).mean()


model = Net().to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
center_loss = CenterLoss().to(device)
center_optimizer = torch.optim.SGD(center_loss.parameters(), lr=0.5)
for step in range(12):
    logits = model(images)
    loss = nn.functional.cross_entropy(logits, labels) + 0.01 * center_loss(logits, labels)
    optimizer.zero_grad()
    center_optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    center_optimizer.step()
