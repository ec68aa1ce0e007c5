"""Cross-validation with three folds, a network for each."""
# expect: Net#1 updates=12 gradients=12 calls=12 parameters=43
# expect: Net#2 updates=12 gradients=12 calls=12 parameters=43
# expect: Net#3 updates=12 gradients=12 calls=12 parameters=43
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
folds = torch.arange(8, device=device) % 3
accuracies = []
for fold in range(3):
    train, held_out = folds != fold, folds == fold
    model = Net().to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for step in range(12):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images[train]), labels[train]).backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        accuracies.append((model(images[held_out]).argmax(1) == labels[held_out]).float().mean().item())
print(sum(accuracies) / 3)
