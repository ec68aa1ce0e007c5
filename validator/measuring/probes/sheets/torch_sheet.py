"""Three updates of each of several trainings, told apart by their numbers of parameters. No random numbers.

Together they use every name of PyTorch that the agent relies on and that is no public promise of PyTorch.
"""

import torch
from torch.utils.checkpoint import checkpoint

UPDATES = 3


def weights(*sizes):
    return [torch.nn.Parameter(torch.linspace(0.1, 0.9, size)) for size in sizes]


def loss_of(tensors):
    return sum((tensor * tensor).sum() for tensor in tensors)


class Sheet(torch.nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.linspace(0.1, 0.9, size))

    def forward(self, images):
        return images * self.weight


def trained(module, optimizer, *, backwards=1, how=lambda module, images: module(images)):
    images = torch.ones(2, module.weight.numel())
    for _ in range(UPDATES):
        optimizer.zero_grad()
        for _ in range(backwards):
            how(module, images).square().sum().backward()
        optimizer.step()


plain = Sheet(11)
trained(plain, torch.optim.SGD(plain.parameters(), lr=0.01))

# A fused optimiser leaves the tensors' version numbers as they were.
fused = Sheet(12)
trained(fused, torch.optim.AdamW(fused.parameters(), lr=0.01, fused=True))

accumulated = Sheet(13)
trained(accumulated, torch.optim.SGD(accumulated.parameters(), lr=0.01), backwards=2)

# Reentrant checkpointing runs the engine within the engine.
checkpointed = Sheet(14)
trained(
    checkpointed,
    torch.optim.SGD(checkpointed.parameters(), lr=0.01),
    how=lambda module, images: checkpoint(module, images.requires_grad_(), use_reentrant=True),
)

compiled = Sheet(15)
trained(
    compiled,
    torch.optim.SGD(compiled.parameters(), lr=0.01),
    how=lambda module, images: torch.compile(module, backend="eager")(images),
)

by_data = Sheet(16)
for _ in range(UPDATES):
    (gradient,) = torch.autograd.grad(by_data(torch.ones(2, 16)).square().sum(), [by_data.weight])
    by_data.weight.data -= 0.01 * gradient

raw = weights(8, 9)
for _ in range(UPDATES):
    gradients = torch.autograd.grad(loss_of(raw), raw)
    with torch.no_grad():
        torch._foreach_sub_(raw, [0.01 * gradient for gradient in gradients])

functional = {"first": torch.linspace(0.1, 0.9, 9), "second": torch.linspace(0.1, 0.9, 10)}
for _ in range(UPDATES):
    slopes = torch.func.grad(lambda tensors: loss_of(tensors.values()))(functional)
    functional = {name: tensor - 0.01 * slopes[name] for name, tensor in functional.items()}

# The engine itself, called without torch.autograd.
direct = Sheet(20)
descent = torch.optim.SGD(direct.parameters(), lr=0.01)
for _ in range(UPDATES):
    descent.zero_grad()
    loss = direct(torch.ones(2, 20)).square().sum()
    torch.autograd.Variable._execution_engine.run_backward(
        (loss,), (torch.ones(()),), False, False, (), allow_unreachable=True, accumulate_grad=True
    )
    descent.step()
