"""A frozen encoder, called by itself, feeds a trained head: both judge, and both are the model."""
# expect: Head updates=12 gradients=12 calls=12 parameters=12
# expect: Encoder nothing
# parameters: 37
# flags: none

import os

import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 5)

    def forward(self, x):
        return torch.relu(self.layer(x))


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(5, 2)

    def forward(self, x):
        return self.layer(x)


device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 2, (8,), device=device)
encoder, head = Encoder().to(device).eval().requires_grad_(False), Head().to(device)
optimizer = torch.optim.SGD(head.parameters(), lr=0.1)
for step in range(12):
    with torch.no_grad():
        features = encoder(images)
    optimizer.zero_grad()
    nn.functional.cross_entropy(head(features), labels).backward()
    optimizer.step()
head.eval()
with torch.no_grad():
    for _ in range(20):
        print(head(encoder(images)).argmax(1))
