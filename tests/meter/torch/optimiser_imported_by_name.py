"""The optimiser is imported by name, before anything else of torch is used."""
# expect: Net updates=12 gradients=12 calls=12 parameters=43
# flags: none
# alone: torch is imported as a script imports it

import os

import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.optim import Adam


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

optimizer = Adam(model.parameters(), lr=1e-2)
for step in range(12):
    loss = cross_entropy(model(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
