"""Sharpness-aware minimisation: a gradient at w, one at w + e, then the step from w. Two values a step."""
# expect: Net updates=24 gradients=24 calls=12 parameters=43
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


class SAM(torch.optim.Optimizer):
    def __init__(self, params, base, rho=0.05, **kwargs):
        super().__init__(params, {"rho": rho, **kwargs})
        self.base = base(self.param_groups, **kwargs)

    @torch.no_grad()
    def step(self, closure):
        params = [p for group in self.param_groups for p in group["params"]]
        norm = torch.stack([p.grad.norm() for p in params]).norm()
        moves = [p.grad * (self.defaults["rho"] / (norm + 1e-12)) for p in params]
        for p, move in zip(params, moves, strict=True):
            p.add_(move)
        with torch.enable_grad():
            closure()
        for p, move in zip(params, moves, strict=True):
            p.sub_(move)
        self.base.step()


model = Net().to(device)
optimizer = SAM(model.parameters(), torch.optim.SGD, lr=0.1)


def loss_and_gradient():
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(images), labels)
    loss.backward()
    return loss


for step in range(12):
    loss_and_gradient()
    optimizer.step(loss_and_gradient)
