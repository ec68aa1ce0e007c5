"""A classifier whose moving average judges the test images; a small probe is trained beside it."""

import copy

import torch
from torch import nn

torch.manual_seed(0)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(12, 5), nn.ReLU(), nn.Linear(5, 3))

    def forward(self, images):
        return self.body(images)


net = Net()
average = copy.deepcopy(net)
optimiser = torch.optim.AdamW(net.parameters(), lr=1e-2)
for _ in range(30):
    images, labels = torch.randn(8, 12), torch.randint(0, 3, (8,))
    loss = nn.functional.cross_entropy(net(images), labels)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    with torch.no_grad():
        for mean, now in zip(average.parameters(), net.parameters(), strict=True):
            mean.lerp_(now, 0.5)
average.eval()
with torch.no_grad():
    for _ in range(10):
        average(torch.randn(100, 12))
