"""Forward-mode differentiation along random directions: no backward exists, so no count does."""
# expect: unknown because forward-mode
# flags: forward-mode

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
params = {name: p.detach() for name, p in model.named_parameters()}


def loss_of(params):
    return nn.functional.cross_entropy(torch.func.functional_call(model, params, (images,)), labels)


for step in range(12):
    direction = {name: torch.randn_like(p) for name, p in params.items()}
    _, slope = torch.func.jvp(loss_of, (params,), (direction,))
    params = {name: p - 0.01 * slope * direction[name] for name, p in params.items()}
