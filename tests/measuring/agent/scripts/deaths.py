"""Trains 5 steps, 7 in a forked child that dies at once, loads data with workers, trains 4 more and dies at once."""

import os

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
images, labels = torch.randn(8, 4), torch.randint(0, 3, (8,))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 3)

    def forward(self, x):
        return self.layer(x)


def train(net, optimiser, x, y):
    optimiser.zero_grad()
    nn.functional.cross_entropy(net(x), y).backward()
    optimiser.step()


net = Net()
optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
for _ in range(5):
    train(net, optimiser, images, labels)

child = os.fork()
if child == 0:
    for _ in range(7):
        train(net, optimiser, images, labels)
    os._exit(0)
os.waitpid(child, 0)

loader = DataLoader(TensorDataset(images, labels), batch_size=2, num_workers=2, multiprocessing_context="fork")
for x, y in loader:
    train(net, optimiser, x, y)
os._exit(0)
