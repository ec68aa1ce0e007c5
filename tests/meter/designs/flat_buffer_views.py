"""All weights are views into one flat Parameter."""
# expect: Net updates=12 gradients=12 calls=12 parameters=212
# flags: none

import os

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.flat = nn.Parameter(torch.randn(8 * 16 + 16 + 16 * 4 + 4) * 0.2)

    def forward(self, x):
        w1, b1, w2, b2 = self.flat.split([128, 16, 64, 4])
        return torch.relu(x @ w1.view(8, 16) + b1) @ w2.view(16, 4) + b2


device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(16, 8, device=device), torch.randint(0, 4, (16,), device=device)
model = Net().to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(12):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
model.eval()
with torch.no_grad():
    print(model(images).argmax(1))
