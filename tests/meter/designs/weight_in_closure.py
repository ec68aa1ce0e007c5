"""A weight that lives in a closure beside the Module: it is trained, so it counts."""
# expect: * updates=12 gradients=12 calls=12
# parameters: 100
# flags: none

import os

import torch
from torch import nn


def make():
    mixing = torch.eye(8, device=device).requires_grad_()
    head = nn.Linear(8, 4).to(device)

    def forward(x):
        return head(torch.relu(x @ mixing))

    return forward, [mixing, *head.parameters()]


device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(16, 8, device=device), torch.randint(0, 4, (16,), device=device)
model, parameters = make()
optimizer = torch.optim.SGD(parameters, lr=0.1)
for step in range(12):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
with torch.no_grad():
    print(model(images).argmax(1))
