"""Forward-mode differentiation with dual numbers on the module's own weights."""
# expect: unknown because forward-mode
# flags: forward-mode

import os

import torch
import torch.autograd.forward_ad as fwAD
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
params = list(model.parameters())
for step in range(12):
    directions = {name: torch.randn_like(p) for name, p in model.named_parameters()}
    with torch.no_grad(), fwAD.dual_level():
        duals = {name: fwAD.make_dual(p, directions[name]) for name, p in model.named_parameters()}
        loss = nn.functional.cross_entropy(torch.func.functional_call(model, duals, (images,)), labels)
        slope = fwAD.unpack_dual(loss).tangent
    with torch.no_grad():
        for name, p in model.named_parameters():
            p.sub_(0.01 * slope * directions[name])
