"""Raw tensors; each step makes new leaves that require gradients."""
# expect: * updates=12 gradients=12 calls=0 parameters=43
# flags: none

import os

import torch

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)
w1, b1 = torch.randn(4, 5, device=device) * 0.5, torch.zeros(5, device=device)
w2, b2 = torch.randn(5, 3, device=device) * 0.5, torch.zeros(3, device=device)
params = [p.requires_grad_() for p in (w1, b1, w2, b2)]
for step in range(12):
    w1, b1, w2, b2 = params
    loss = torch.nn.functional.cross_entropy(torch.relu(images @ w1 + b1) @ w2 + b2, labels)
    loss.backward()
    params = [(p.detach() - 0.1 * p.grad).requires_grad_() for p in params]
