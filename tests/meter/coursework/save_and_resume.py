"""Training is interrupted, saved with its optimiser, loaded into a new network and resumed: 6 + 6."""
# expect: Net#1 updates=6 gradients=6 calls=6 parameters=43
# expect: Net#2 updates=6 gradients=6 calls=6 parameters=43
# steps: 12
# parameters: 43
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

for step in range(6):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, "checkpoint.pt")
model = Net().to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
checkpoint = torch.load("checkpoint.pt", map_location=device)
model.load_state_dict(checkpoint["model"])
optimizer.load_state_dict(checkpoint["optimizer"])
for step in range(6):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
