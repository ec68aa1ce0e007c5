"""A self-supervised encoder, then a linear probe on its frozen features."""
# expect: Net updates=12 gradients=12 calls=12 parameters=43
# expect: Linear updates=12 gradients=12 calls=12 parameters=12
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
encoder = Net().to(device)
optimizer = torch.optim.Adam(encoder.parameters(), lr=1e-2)
for step in range(12):
    one, two = (encoder(images + 0.1 * torch.randn_like(images)) for _ in range(2))
    loss = nn.functional.mse_loss(one, two) + torch.relu(1 - one.std(0)).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
encoder.eval()
with torch.no_grad():
    features = encoder(images)
probe = nn.Linear(3, 3).to(device)
optimizer = torch.optim.SGD(probe.parameters(), lr=0.1)
for step in range(12):
    optimizer.zero_grad()
    nn.functional.cross_entropy(probe(features), labels).backward()
    optimizer.step()
