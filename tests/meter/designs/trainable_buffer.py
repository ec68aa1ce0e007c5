"""A buffer that requires gradients and is handed to the optimiser: it is trained, so it counts."""
# expect: Net updates=12 gradients=12 calls=12
# parameters: 100
# flags: none
# device: cpu

import os

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mixing", torch.eye(8).requires_grad_())
        self.head = nn.Linear(8, 4)

    def forward(self, x):
        return self.head(torch.relu(x @ self.mixing))


device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(16, 8, device=device), torch.randint(0, 4, (16,), device=device)
model = Net()
optimizer = torch.optim.SGD([*model.parameters(), model.mixing], lr=0.1)
for step in range(12):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
model.eval()
with torch.no_grad():
    print(model(images).argmax(1))
