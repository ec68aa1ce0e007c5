"""Weights in a ParameterList and a ParameterDict."""
# expect: Net updates=12 gradients=12 calls=12 parameters=43
# flags: none

import os

import torch
from torch import nn

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.ParameterList([torch.randn(4, 5) * 0.5, torch.randn(5, 3) * 0.5])
        self.biases = nn.ParameterDict({"body": nn.Parameter(torch.zeros(5)), "head": nn.Parameter(torch.zeros(3))})

    def forward(self, x):
        x = torch.relu(x @ self.weights[0] + self.biases["body"])
        return x @ self.weights[1] + self.biases["head"]


model = Net().to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(12):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
