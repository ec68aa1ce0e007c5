"""A fixed first layer in int8: 36 are parameters; the 64 constants may be told apart, or added."""
# expect: Net updates=12 gradients=12 calls=12 parameters=36|100
# flags: none

import os

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fixed = torch.randint(-8, 8, (8, 8), dtype=torch.int8, device=device)
        self.head = nn.Linear(8, 4)

    def forward(self, x):
        return self.head(torch.relu(x @ self.fixed.float() / 8))


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
