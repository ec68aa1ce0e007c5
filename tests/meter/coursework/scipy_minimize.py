"""`scipy.optimize.minimize` on the vector of parameters. The script counts the values it takes gradients at."""
# expect: Net updates=truth gradients=truth calls=0 parameters=43
# flags: none
# needs: scipy
# device: cpu

import os
from itertools import pairwise

import torch
from scipy.optimize import minimize
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
model = Net().double()
vector = nn.utils.parameters_to_vector(model.parameters()).detach().numpy()
values = []


def loss_and_gradient(x):
    nn.utils.vector_to_parameters(torch.from_numpy(x.copy()), model.parameters())
    values.append(x.tobytes())
    loss = nn.functional.cross_entropy(model(images.double()), labels)
    grads = torch.autograd.grad(loss, list(model.parameters()))
    return loss.item(), torch.cat([g.flatten() for g in grads]).numpy()


found = minimize(loss_and_gradient, vector, jac=True, method="L-BFGS-B", options={"maxiter": 8})
nn.utils.vector_to_parameters(torch.from_numpy(found.x), model.parameters())
changes = sum(before != after for before, after in pairwise([*values, found.x.tobytes()]))
print(f"truth: updates={changes} gradients={len(values)}")
