"""A neural ODE with the adjoint method: the engine runs inside a custom backward."""
# expect: Field updates=12 gradients=12 calls=12 parameters=20
# flags: none

import os

import torch
from torch import nn

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class Field(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 4)

    def forward(self, x):
        return torch.tanh(self.linear(x))


class Adjoint(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, field, *params):
        with torch.no_grad():
            for _ in range(5):
                x = x + 0.2 * field(x)
        ctx.field, ctx.params = field, params
        ctx.save_for_backward(x)
        return x

    @staticmethod
    def backward(ctx, a):
        (x,) = ctx.saved_tensors
        totals = [torch.zeros_like(p) for p in ctx.params]
        for _ in range(5):
            with torch.enable_grad():
                x = x.detach().requires_grad_(True)
                f = ctx.field(x)
                da, *dparams = torch.autograd.grad(f, (x, *ctx.params), a)
            x = x.detach() - 0.2 * f.detach()
            a = a + 0.2 * da
            totals = [total + 0.2 * d for total, d in zip(totals, dparams, strict=True)]
        return (a, None, *totals)


field = Field().to(device)
optimizer = torch.optim.Adam(field.parameters(), lr=1e-2)
for step in range(12):
    out = Adjoint.apply(images.clone().requires_grad_(True), field, *field.parameters())
    optimizer.zero_grad()
    nn.functional.mse_loss(out, images.flip(0)).backward()
    optimizer.step()
