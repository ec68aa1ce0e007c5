"""In each step the bias is moved by hand and the rest by the optimiser: one update."""
# expect: Net updates=12 gradients=12 calls=12 parameters=43
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
by_hand = model.head.bias
optimizer = torch.optim.SGD([p for p in model.parameters() if p is not by_hand], lr=0.1)
for step in range(12):
    model.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
    with torch.no_grad():
        by_hand.sub_(0.01 * by_hand.grad)
