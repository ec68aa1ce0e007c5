"""`torch.cuda.make_graphed_callables`: the network's forward and backward are graphs of their own."""
# expect: Net updates=12 calls=12 parameters=43
# flags: none
# How many of the warm-up gradients inside the call are counted depends on the version of torch.

import os

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(4, 5), nn.Linear(5, 3)

    def forward(self, x):
        return self.head(torch.relu(self.body(x)))


device = os.environ.get("DEVICE", "cuda")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)
model = Net().to(device)
graphed = torch.cuda.make_graphed_callables(model, (images.clone(),))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(12):
    optimizer.zero_grad(set_to_none=False)
    nn.functional.cross_entropy(graphed(images), labels).backward()
    optimizer.step()
