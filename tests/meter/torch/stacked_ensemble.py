"""Three models stacked in one tensor, by `torch.func.stack_module_state` and `vmap`: one update a step."""
# expect: * updates=12 gradients=12 calls=12 parameters=129
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
models = [Net().to(device) for _ in range(3)]
params, buffers = torch.func.stack_module_state(models)
optimizer = torch.optim.SGD(params.values(), lr=0.1)


def logits_of(params, buffers, x):
    return torch.func.functional_call(models[0], (params, buffers), (x,))


for step in range(12):
    logits = torch.func.vmap(logits_of, in_dims=(0, 0, None))(params, buffers, images)
    loss = nn.functional.cross_entropy(logits.flatten(0, 1), labels.repeat(3))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
