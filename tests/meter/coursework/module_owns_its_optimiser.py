"""The network has its optimiser as an attribute and a method that trains it."""
# expect: Learner updates=12 gradients=12 calls=12 parameters=15
# flags: none

import os

import torch
from torch import nn

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class Learner(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 3)
        self.optimizer = torch.optim.Adam(self.layer.parameters(), lr=1e-2)

    def forward(self, x):
        return self.layer(x)

    def fit(self, x, y, steps):
        for _ in range(steps):
            self.optimizer.zero_grad()
            nn.functional.cross_entropy(self(x), y).backward()
            self.optimizer.step()
        return self


model = Learner().to(device).fit(images, labels, 12)
with torch.inference_mode():
    print(model(images).argmax(1))
