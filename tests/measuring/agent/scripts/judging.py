# The harness's part comes last.
# ruff: noqa: E402
"""Two classifiers of AddNIST: one judged in training mode with gradients on, one in two parts, one of them frozen."""

import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
arrays = {
    name: torch.from_numpy(np.load(f"data/AddNIST/{name}.npy")) for name in ("train_x", "train_y", "test_x", "test_y")
}
train_x, train_y, test_x, test_y = arrays.values()
mean, deviation = torch.tensor([0.1, 0.2, 0.3]).view(3, 1, 1), torch.tensor([0.9, 1.0, 1.1]).view(3, 1, 1)


def prepared(images):
    return nn.functional.pad((images - mean) / deviation, (2, 2, 2, 2))


def train(net, inputs, steps=3):
    optimiser = torch.optim.Adam([p for p in net.parameters() if p.requires_grad], lr=1e-2)
    for _ in range(steps):
        optimiser.zero_grad()
        nn.functional.cross_entropy(net(inputs()), train_y).backward()
        optimiser.step()


class Draft(nn.Sequential):
    pass


class Encoder(nn.Sequential):
    pass


class Head(nn.Sequential):
    pass


size = 3 * 32 * 32
draft = Draft(nn.Flatten(), nn.Linear(size, 32), nn.BatchNorm1d(32), nn.Linear(32, 20))
train(draft, lambda: prepared(train_x))
for batch in test_x.split(20):
    draft(prepared(batch))

encoder = Encoder(nn.Conv2d(3, 8, 4, stride=4), nn.ReLU(), nn.Flatten()).requires_grad_(False).eval()
head = Head(nn.Dropout(0.2), nn.Linear(8 * 8 * 8, 20))
train(head, lambda: encoder(prepared(train_x)))
head.eval()
said = []
for images, labels in ((train_x, train_y), (test_x[:40], test_y[:40])):
    with torch.no_grad():
        answers = torch.cat([head(encoder(prepared(batch))) for batch in images.split(20)])
    said.append((answers.argmax(1) == labels).float().mean().item())
np.save("said.npy", said)

from validator_agent import windows

windows.predict("images.npy", batch_size=32)
