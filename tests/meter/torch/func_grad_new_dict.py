"""Functional: `torch.func.grad`, and a new dictionary of parameters for each step."""
# expect: * updates=12 gradients=12 calls=0 parameters=43
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


def loss_of(params, x, y):
    return nn.functional.cross_entropy(torch.func.functional_call(model, params, (x,)), y)


params = {name: p.detach().clone() for name, p in model.named_parameters()}
for step in range(12):
    grads = torch.func.grad(loss_of)(params, images, labels)
    params = {name: p - 0.1 * grads[name] for name, p in params.items()}
print(loss_of(params, images, labels).item())
