"""Muon as written by its author's readers, on the matrices, and AdamW on the biases."""
# expect: Net updates=12 gradients=12 calls=24 parameters=43
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


class Muon(torch.optim.Optimizer):
    def __init__(self, params, lr=0.02, momentum=0.95):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                buffer = self.state[p].setdefault("momentum", torch.zeros_like(p))
                buffer.lerp_(p.grad, 1 - group["momentum"])
                update = buffer / (buffer.norm() + 1e-7)
                for _ in range(5):
                    gram = update @ update.T
                    update = 3.4445 * update + (-4.775 * gram + 2.0315 * gram @ gram) @ update
                p.add_(update, alpha=-group["lr"])


model = Net().to(device)
muon = Muon([p for p in model.parameters() if p.ndim == 2])
adamw = torch.optim.AdamW([p for p in model.parameters() if p.ndim < 2], lr=1e-2)
for step in range(12):
    model.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    muon.step()
    adamw.step()
