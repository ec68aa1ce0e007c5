"""Raw tensors with an optimiser, and no Module anywhere."""
# expect: * updates=12 gradients=12 calls=12 parameters=43
# flags: none

import os

import torch

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)
w1 = (torch.randn(4, 5, device=device) * 0.5).requires_grad_()
b1 = torch.zeros(5, device=device, requires_grad=True)
w2 = (torch.randn(5, 3, device=device) * 0.5).requires_grad_()
b2 = torch.zeros(3, device=device, requires_grad=True)
optimizer = torch.optim.SGD([w1, b1, w2, b2], lr=0.1)
for step in range(12):
    logits = torch.relu(images @ w1 + b1) @ w2 + b2
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(logits, labels).backward()
    optimizer.step()
