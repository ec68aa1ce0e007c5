"""Gradient surgery: the gradients of two tasks are projected on each other before the step."""
# expect: Net updates=12 gradients=24 calls=12 parameters=43
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
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
params = list(model.parameters())
for step in range(12):
    logits = model(images)
    losses = [nn.functional.cross_entropy(logits, labels), logits.square().mean()]
    grads = [torch.autograd.grad(loss, params, retain_graph=True) for loss in losses]
    one, two = (torch.cat([g.flatten() for g in grad]) for grad in grads)
    if torch.dot(one, two) < 0:
        one = one - torch.dot(one, two) / two.norm().square() * two
    merged = (one + two).split([p.numel() for p in params])
    for p, g in zip(params, merged, strict=True):
        p.grad = g.view_as(p)
    optimizer.step()
