"""A memory of 4,000 numbers in a plain tensor, read by every call: told apart from the 36 parameters, or added."""
# expect: Net updates=12 gradients=12 calls=12 parameters=36|4036
# flags: none

import os

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.memory = torch.randn(500, 8, device=device)
        self.head = nn.Linear(8, 4)

    def forward(self, x):
        nearest = torch.cdist(x, self.memory).argmin(1)
        return self.head(x + self.memory[nearest])


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
