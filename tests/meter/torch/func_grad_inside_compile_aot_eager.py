"""`torch.func.grad` inside `torch.compile`, backend aot_eager: the gradient is part of the compiled graph."""
# expect: * updates=12 gradients=12 calls=0 parameters=43
# flags: none

import os

import torch
from torch import nn

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


def loss_of(params, x, y):
    hidden = torch.relu(x @ params["w1"] + params["b1"])
    return nn.functional.cross_entropy(hidden @ params["w2"] + params["b2"], y)


@torch.compile(backend="aot_eager")
def train_step(params, x, y):
    grads = torch.func.grad(loss_of)(params, x, y)
    return {name: p - 0.1 * grads[name] for name, p in params.items()}


params = {
    "w1": torch.randn(4, 5, device=device) * 0.5,
    "b1": torch.zeros(5, device=device),
    "w2": torch.randn(5, 3, device=device) * 0.5,
    "b2": torch.zeros(3, device=device),
}
for step in range(12):
    params = train_step(params, images, labels)
