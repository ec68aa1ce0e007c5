"""Two losses whose weights are learnt: raw parameters beside the network, in one optimiser."""
# expect: Net updates=12 gradients=12 calls=12
# steps: 12
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
log_variances = nn.Parameter(torch.zeros(2, device=device))
optimizer = torch.optim.Adam([*model.parameters(), log_variances], lr=1e-2)
for step in range(12):
    logits = model(images)
    losses = torch.stack([nn.functional.cross_entropy(logits, labels), logits.square().mean()])
    loss = ((-log_variances).exp() * losses + log_variances).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
