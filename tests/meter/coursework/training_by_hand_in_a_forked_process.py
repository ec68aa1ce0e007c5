"""Training in a process started by fork, without an optimiser: only the end of the process shows the last update."""
# expect: Net updates=12 gradients=12 calls=0 parameters=43
# flags: none
# device: cpu

import multiprocessing

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(4, 5), nn.Linear(5, 3)

    def forward(self, x):
        return self.head(torch.relu(self.body(x)))


def train():
    torch.manual_seed(0)
    images, labels = torch.randn(8, 4), torch.randint(0, 3, (8,))
    model = Net()
    for step in range(12):
        loss = nn.functional.cross_entropy(model(images), labels)
        gradients = torch.autograd.grad(loss, tuple(model.parameters()))
        with torch.no_grad():
            for parameter, gradient in zip(model.parameters(), gradients, strict=True):
                parameter -= 0.1 * gradient


if __name__ == "__main__":
    process = multiprocessing.get_context("fork").Process(target=train)
    process.start()
    process.join()
