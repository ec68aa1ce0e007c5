"""Backprop written out by hand on raw tensors: nothing of torch's differentiation is used."""
# expect: unknown
# flags: none

import os

import torch

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)
w1, b1 = torch.randn(4, 5, device=device) * 0.5, torch.zeros(5, device=device)
w2, b2 = torch.randn(5, 3, device=device) * 0.5, torch.zeros(3, device=device)
onehot = torch.nn.functional.one_hot(labels, 3).float()
for step in range(12):
    hidden = torch.relu(images @ w1 + b1)
    d_logits = (torch.softmax(hidden @ w2 + b2, 1) - onehot) / len(images)
    d_hidden = (d_logits @ w2.T) * (hidden > 0)
    w2 -= 0.1 * hidden.T @ d_logits
    b2 -= 0.1 * d_logits.sum(0)
    w1 -= 0.1 * images.T @ d_hidden
    b1 -= 0.1 * d_hidden.sum(0)
print((torch.relu(images @ w1 + b1) @ w2 + b2).argmax(1))
