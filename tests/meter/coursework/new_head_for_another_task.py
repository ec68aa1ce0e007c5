"""After the first task the head is replaced, and the network trained on: 12 + 12 updates of one network."""
# expect: Net updates=24 gradients=24 calls=24
# steps: 24
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
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)

for task in range(2):
    for step in range(12):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
    model.head = nn.Linear(5, 3).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
