"""The model goes through a pickle half-way: one line of 6 + 6 updates."""
# expect: Net#1 updates=6 gradients=6 calls=6 parameters=43
# expect: Net#2 updates=6 gradients=6 calls=6 parameters=43
# steps: 12
# parameters: 43
# flags: none

import os
import pickle

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
for part in range(2):
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for step in range(6):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
    model = pickle.loads(pickle.dumps(model))
