"""MAML: an inner step with `create_graph`, and the outer gradient through it."""
# expect: Net updates=12 gradients=24 calls=12 parameters=43
# steps: any
# flags: none
# The inner gradient is taken at the same weights as the outer one: no value lies between them.

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

for step in range(12):
    params = dict(model.named_parameters())
    inner = nn.functional.cross_entropy(model(images[:4]), labels[:4])
    grads = torch.autograd.grad(inner, list(params.values()), create_graph=True)
    fast = {name: p - 0.1 * g for (name, p), g in zip(params.items(), grads, strict=True)}
    outer = nn.functional.cross_entropy(torch.func.functional_call(model, fast, (images[4:],)), labels[4:])
    optimizer.zero_grad()
    outer.backward()
    optimizer.step()
