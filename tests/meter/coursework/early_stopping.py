"""Early stopping: the best checkpoint is restored now and then, and training goes on from it with a lower rate."""
# expect: Net updates=12 gradients=12 calls=12 parameters=43
# flags: none

import copy
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
best, best_loss, patience = copy.deepcopy(model.state_dict()), float("inf"), 0
for step in range(12):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
    model.eval()
    with torch.no_grad():
        validation = nn.functional.cross_entropy(model(images + 0.5), labels).item()
    model.train()
    if validation < best_loss - 0.05:
        best, best_loss, patience = copy.deepcopy(model.state_dict()), validation, 0
    else:
        patience += 1
    if patience == 3:
        model.load_state_dict(best)
        optimizer.param_groups[0]["lr"] /= 2
        patience = 0
model.load_state_dict(best)
