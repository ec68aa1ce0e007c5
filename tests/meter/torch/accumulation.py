"""The gradients of four batches are accumulated for each step."""
# expect: Net updates=12 gradients=48 calls=12 parameters=43
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
model = Net().to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

optimizer.zero_grad()
for batch in range(48):
    loss = nn.functional.cross_entropy(model(images), labels) / 4
    loss.backward()
    if (batch + 1) % 4 == 0:
        optimizer.step()
        optimizer.zero_grad()
