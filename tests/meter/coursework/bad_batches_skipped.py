"""A batch whose loss is not finite is left out before backward, one whose gradients are too large after it."""
# expect: Net updates=9 gradients=11 calls=9 parameters=43
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

for step in range(12):
    optimizer.zero_grad()
    factor = {3: float("nan"), 5: 1e6, 8: 1e6}.get(step, 1.0)
    loss = factor * nn.functional.cross_entropy(model(images), labels)
    if not torch.isfinite(loss):
        continue
    loss.backward()
    if torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0) > 1e3:
        continue
    optimizer.step()
