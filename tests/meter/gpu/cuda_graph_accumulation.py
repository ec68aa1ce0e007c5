"""The graph holds forward and backward; the optimiser steps outside it, after every second replay."""
# expect: Net updates=12 gradients=27 calls=12 parameters=43
# flags: none
# 24 replays, and the three warm-up gradients, which are thrown away.

import os

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(4, 5), nn.Linear(5, 3)

    def forward(self, x):
        return self.head(torch.relu(self.body(x)))


device = os.environ.get("DEVICE", "cuda")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)
model = Net().to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)


def gradient():
    nn.functional.cross_entropy(model(images), labels).backward()


side = torch.cuda.Stream()
side.wait_stream(torch.cuda.current_stream())
with torch.cuda.stream(side):
    for _ in range(3):
        gradient()
torch.cuda.current_stream().wait_stream(side)
optimizer.zero_grad(set_to_none=False)
graph = torch.cuda.CUDAGraph()
with torch.cuda.graph(graph):
    gradient()
optimizer.zero_grad(set_to_none=False)
for step in range(12):
    graph.replay()
    graph.replay()
    optimizer.step()
    optimizer.zero_grad(set_to_none=False)
