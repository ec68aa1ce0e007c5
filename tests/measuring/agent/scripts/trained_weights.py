"""Trains a small network on digits and writes its weights as bare numbers after each of the steps asked for.

    python trained_weights.py KIND OPTIMISER STEPS[,STEPS...]

Run before the metered process, so that its files are somebody else's.
"""

import sys
from pathlib import Path

import torch
from sklearn.datasets import load_digits
from torch import nn


def network(kind):
    if kind == "mlp":
        return nn.Sequential(
            nn.Flatten(), nn.Linear(2352, 32), nn.ReLU(), nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 10)
        )
    pooled = 3 if kind == "cnn" else 1
    head = [nn.Linear(576, 64), nn.ReLU()] if kind == "cnn" else []
    return nn.Sequential(
        nn.Conv2d(3, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(pooled), nn.Flatten(),
        *head, nn.Linear(64, 10),
    )  # fmt: skip


def digits():
    found = load_digits()
    images = torch.tensor(found.images / 16, dtype=torch.float32)[:, None]
    images = nn.functional.interpolate(images, size=28).repeat(1, 3, 1, 1)
    return images + 0.1 * torch.randn_like(images), torch.tensor(found.target)


OPTIMISERS = {
    "adam": lambda weights: torch.optim.Adam(weights, 1e-3),
    "adamw": lambda weights: torch.optim.AdamW(weights, 3e-4),
    "sgd": lambda weights: torch.optim.SGD(weights, 0.05, momentum=0.9),
}

if __name__ == "__main__":
    kind, name, steps = sys.argv[1], sys.argv[2], sorted(map(int, sys.argv[3].split(",")))
    torch.manual_seed(0)
    images, labels = digits()
    net = network(kind)
    optimiser = OPTIMISERS[name](net.parameters())
    for step in range(1, steps[-1] + 1):
        batch = torch.randint(0, len(images), (32,))
        optimiser.zero_grad()
        nn.functional.cross_entropy(net(images[batch]), labels[batch]).backward()
        optimiser.step()
        if step in steps:
            everything = torch.cat([value.detach().float().flatten() for value in net.state_dict().values()])
            Path(f"{kind}-{name}-{step}.numbers").write_bytes(everything.numpy().tobytes())
