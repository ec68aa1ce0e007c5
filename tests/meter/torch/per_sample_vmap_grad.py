"""Per-sample gradients by `vmap(grad)`, clipped and averaged into `.grad`; then an ordinary step."""
# expect: * updates=12 gradients=12 parameters=43
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
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)


def loss_of(params, x, y):
    return nn.functional.cross_entropy(torch.func.functional_call(model, params, (x[None],)), y[None])


per_sample = torch.func.vmap(torch.func.grad(loss_of), in_dims=(None, 0, 0))
for step in range(12):
    params = {name: p.detach() for name, p in model.named_parameters()}
    grads = per_sample(params, images, labels)
    for name, p in model.named_parameters():
        p.grad = grads[name].clamp(-1, 1).mean(0)
    optimizer.step()
