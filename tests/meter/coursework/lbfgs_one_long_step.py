"""LBFGS with a line search, all in one long step. The script hashes its parameters in the closure: the truth."""
# expect: Net updates=truth gradients=truth calls=1 parameters=43
# flags: none

import hashlib
import os
from itertools import pairwise

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
optimizer = torch.optim.LBFGS(
    model.parameters(), max_iter=60, tolerance_change=0, tolerance_grad=0, line_search_fn="strong_wolfe"
)
values = []


def value():
    return hashlib.sha256(nn.utils.parameters_to_vector(model.parameters()).detach().cpu().numpy().tobytes()).digest()


def closure():
    values.append(value())
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(images), labels) + 0.01 * sum(p.square().sum() for p in model.parameters())
    loss.backward()
    return loss


for step in range(1):
    optimizer.step(closure)
changes = sum(before != after for before, after in pairwise([*values, value()]))
print(f"truth: updates={changes} gradients={len(values)}")
