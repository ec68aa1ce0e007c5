"""Every optimiser in its plain implementation."""
# expect: NetSGD updates=12 gradients=12 calls=12 parameters=43
# expect: NetAdam updates=12 gradients=12 calls=12 parameters=43
# expect: NetAdamW updates=12 gradients=12 calls=12 parameters=43
# expect: NetAdamax updates=12 gradients=12 calls=12 parameters=43
# expect: NetNAdam updates=12 gradients=12 calls=12 parameters=43
# expect: NetRAdam updates=12 gradients=12 calls=12 parameters=43
# expect: NetAdagrad updates=12 gradients=12 calls=12 parameters=43
# expect: NetAdadelta updates=12 gradients=12 calls=12 parameters=43
# expect: NetRMSprop updates=12 gradients=12 calls=12 parameters=43
# expect: NetRprop updates=12 gradients=12 calls=12 parameters=43
# expect: NetASGD updates=12 gradients=12 calls=12 parameters=43
# expect: NetAdafactor updates=12 gradients=12 calls=12 parameters=43
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
settings = {
    "SGD": {"lr": 0.1, "momentum": 0.9, "foreach": False},
    "Adam": {"lr": 1e-2, "foreach": False},
    "AdamW": {"lr": 1e-2, "foreach": False},
    "Adamax": {"lr": 1e-2, "foreach": False},
    "NAdam": {"lr": 1e-2, "foreach": False},
    "RAdam": {"lr": 1e-2, "foreach": False},
    "Adagrad": {"lr": 1e-2, "foreach": False},
    "Adadelta": {"lr": 1.0, "foreach": False},
    "RMSprop": {"lr": 1e-2, "foreach": False},
    "Rprop": {"lr": 1e-2, "foreach": False},
    "ASGD": {"lr": 1e-2, "foreach": False},
    "Adafactor": {"lr": 1e-2, "foreach": False},
}
for name, setting in settings.items():
    model = type(f"Net{name}", (Net,), {})().to(device)
    optimizer = getattr(torch.optim, name)(model.parameters(), **setting)
    for step in range(12):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
