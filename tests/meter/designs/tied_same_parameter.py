"""Encoder and decoder hold one Parameter: 64 and a bias of 16."""
# expect: Net updates=12 gradients=12 calls=12 parameters=80
# flags: none

import os

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(16, 4)
        self.unembed = nn.Linear(4, 16)
        self.unembed.weight = self.embed.weight

    def forward(self, x):
        return self.unembed(self.embed((x[:, 0].abs() * 5).long().clamp(max=15)))


device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(16, 8, device=device), torch.randint(0, 4, (16,), device=device)
model = Net().to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(12):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
model.eval()
with torch.no_grad():
    print(model(images).argmax(1))
