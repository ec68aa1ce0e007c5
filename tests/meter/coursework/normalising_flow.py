"""A RealNVP flow with two coupling layers, trained by its likelihood and sampled backwards."""
# expect: Flow updates=12 gradients=12 calls=12 parameters=88
# flags: none

import os

import torch
from torch import nn

device = os.environ.get("DEVICE", "cpu")
torch.manual_seed(0)
images, labels = torch.randn(8, 4, device=device), torch.randint(0, 3, (8,), device=device)


class Coupling(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, 6), nn.Tanh(), nn.Linear(6, 4, bias=False))
        self.shift = nn.Parameter(torch.zeros(2))

    def forward(self, x):
        one, two = x.chunk(2, 1)
        scale, move = self.net(one).chunk(2, 1)
        scale = torch.tanh(scale)
        return torch.cat([two * scale.exp() + move + self.shift, one], 1), scale.sum(1)


class Flow(nn.Module):
    def __init__(self):
        super().__init__()
        self.couplings = nn.ModuleList([Coupling(), Coupling()])

    def forward(self, x):
        log_det = 0
        for coupling in self.couplings:
            x, part = coupling(x)
            log_det = log_det + part
        return x, log_det


flow = Flow().to(device)
optimizer = torch.optim.Adam(flow.parameters(), lr=1e-2)
for step in range(12):
    z, log_det = flow(images)
    loss = (0.5 * z.square().sum(1) - log_det).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
