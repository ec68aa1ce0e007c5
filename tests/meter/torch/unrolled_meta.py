"""Four inner steps unrolled in one graph for each of the outer ones, over parameters that exist for one step each."""
# expect: Net updates=12 gradients=24 calls=12 parameters=43
# steps: any
# flags: none
# Each inner gradient counts as a step of what it is taken at: 12 of the 48 at the network's own weights, 36 at
# weights that exist for one step each. The largest over all of them may be told as 12, 36 or 48.

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
    for inner in range(4):
        loss = nn.functional.cross_entropy(torch.func.functional_call(model, params, (images,)), labels)
        grads = torch.autograd.grad(loss, list(params.values()), create_graph=True)
        params = {name: p - 0.1 * g for (name, p), g in zip(params.items(), grads, strict=True)}
    outer = nn.functional.cross_entropy(torch.func.functional_call(model, params, (images,)), labels)
    optimizer.zero_grad()
    outer.backward()
    optimizer.step()
