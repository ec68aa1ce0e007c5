# The harness's part comes last.
# ruff: noqa: E402
"""Trains a classifier on padded, rescaled images and a generator with an average; then the harness's windows run."""

import copy

import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
images = np.random.default_rng(0).random((40, 3, 28, 28), dtype=np.float32)
images[0, :, 0, 0], images[0, :, 0, 1] = 0, 1
np.save("images.npy", images)
raw = torch.from_numpy(images)
prepared = nn.functional.pad((raw - 0.5) / 0.25, (2, 2, 2, 2))


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(4 * 30 * 30, 20))

    def forward(self, x):
        assert x.shape[1:] == (3, 32, 32)
        return {"logits": self.layers(x), "features": x}


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8, 3 * 32 * 32)

    def forward(self, noise):
        return torch.tanh(self.layer(noise)).view(-1, 3, 32, 32)


classifier = Classifier()
optimiser = torch.optim.Adam(classifier.parameters())
for _ in range(3):
    optimiser.zero_grad()
    classifier(prepared)["logits"].logsumexp(1).sum().backward()
    optimiser.step()
classifier.eval()
with torch.no_grad():
    np.save("expected.npy", classifier(prepared)["logits"].numpy())
classifier.train()

generator = Generator()
optimiser = torch.optim.SGD(generator.parameters(), lr=1e-3)
for _ in range(3):
    generator(torch.randn(4, 8)).mean().backward()
    optimiser.step()
average, duplicate = copy.deepcopy(generator), Generator()


def generate_samples(n):
    with torch.no_grad():
        average(torch.randn(n, 8))
        duplicate(torch.randn(n, 8))
        return generator(torch.randn(n, 8))


from validator_agent import sampling_window, windows

windows.predict("images.npy", batch_size=16)
assert classifier.training
sampling_window.sample(10, seed=1, batch_size=4)
first = np.load("handed/samples.npy")
sampling_window.sample(10, seed=1, batch_size=4)
assert (first == np.load("handed/samples.npy")).all()
