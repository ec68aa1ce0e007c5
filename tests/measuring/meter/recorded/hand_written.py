"""A decoy is trained for a few steps; what judges was trained by backpropagation written by hand."""

import torch
from torch import nn

torch.manual_seed(0)


class Decoy(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(12, 3)

    def forward(self, images):
        return self.body(images)


class Real(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(12, 3, bias=False)

    def forward(self, images):
        return self.body(images)


decoy, real = Decoy(), Real()
optimiser = torch.optim.SGD(decoy.parameters(), lr=0.1)
for _ in range(5):
    optimiser.zero_grad()
    decoy(torch.randn(8, 12)).square().mean().backward()
    optimiser.step()
with torch.no_grad():
    for _ in range(60):
        images = torch.randn(8, 12)
        labels = torch.nn.functional.one_hot(torch.randint(0, 3, (8,)), 3)
        wrong = torch.softmax(real(images), 1) - labels
        real.body.weight -= 0.1 * wrong.T @ images / 8
    for _ in range(10):
        real(torch.randn(100, 12))
