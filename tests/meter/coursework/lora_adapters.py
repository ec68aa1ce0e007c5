"""A trained network gets low-rank adapters, which alone are trained on: 12 updates and 12 more of the same network."""
# expect: Net updates=24 gradients=24 calls=24 parameters=60
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


class LoRA(nn.Module):
    def __init__(self, linear, rank=1):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.down = nn.Parameter(torch.randn(rank, linear.in_features, device=device) * 0.1)
        self.up = nn.Parameter(torch.zeros(linear.out_features, rank, device=device))

    def forward(self, x):
        return self.linear(x) + x @ self.down.T @ self.up.T


def train(model, parameters):
    optimizer = torch.optim.AdamW(parameters, lr=1e-2)
    for step in range(12):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()


model = Net().to(device)
train(model, model.parameters())
model.body, model.head = LoRA(model.body), LoRA(model.head)
train(model, [p for p in model.parameters() if p.requires_grad])
