"""One optimiser for each parameter, stepped from within backward: four calls an iteration, one update."""
# expect: Net updates=12 gradients=12 calls=48 parameters=43
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
optimizers = {p: torch.optim.SGD([p], lr=0.1) for p in model.parameters()}


def step_and_clear(p):
    optimizers[p].step()
    optimizers[p].zero_grad()


for p in model.parameters():
    p.register_post_accumulate_grad_hook(step_and_clear)
for step in range(12):
    nn.functional.cross_entropy(model(images), labels).backward()
