"""Newton's method on a raw tensor: the Hessian row by row, each a gradient computation of its own."""
# expect: * updates=3 gradients=15 calls=0 parameters=4
# flags: none

import os

import torch

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)
w = torch.zeros(4, device=device, requires_grad=True)
target = (labels > 0).float()
for step in range(3):
    loss = torch.nn.functional.binary_cross_entropy_with_logits(images @ w, target) + 0.05 * w.square().sum()
    (g,) = torch.autograd.grad(loss, w, create_graph=True)
    rows = [torch.autograd.grad(g[i], w, retain_graph=True)[0] for i in range(4)]
    with torch.no_grad():
        w -= torch.linalg.solve(torch.stack(rows), g)
