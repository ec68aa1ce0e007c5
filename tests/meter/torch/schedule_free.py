"""Schedule-free SGD: gradients at y; the weights become the average x for evaluation, and y again after."""
# expect: Net updates=12 gradients=12 calls=12 parameters=43
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


class ScheduleFree(torch.optim.Optimizer):
    def __init__(self, params, lr=0.1, beta=0.9):
        super().__init__(params, {"lr": lr, "beta": beta, "k": 0})

    def swap(self, to_x):
        for group in self.param_groups:
            for p in group["params"]:
                if "z" in self.state[p]:
                    weight = 1 - 1 / group["beta"] if to_x else 1 - group["beta"]
                    p.data.lerp_(self.state[p]["z"], weight)

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            group["k"] += 1
            for p in group["params"]:
                z = self.state[p].setdefault("z", p.clone())
                p.lerp_(z, 1 / group["k"])
                p.add_(p.grad, alpha=group["lr"] * (group["beta"] * (1 - 1 / group["k"]) - 1))
                z.sub_(p.grad, alpha=group["lr"])


model = Net().to(device)
optimizer = ScheduleFree(model.parameters())
for epoch in range(3):
    for batch in range(4):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
    optimizer.swap(to_x=True)
    with torch.no_grad():
        model(images)
    optimizer.swap(to_x=False)
