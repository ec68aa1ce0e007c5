"""How often the band of `training/not-reproduced` is exceeded by chance, and how often a worse training exceeds it.

Run from the root of the checkout: `python benchmarks/loss_band.py [--starts 30]`. Small trainings on scikit-learn's
digits, each begun from many seeds: every ordered pair of them is one hand-in and one run of it. The worse trainings are
the same with one thing changed. Some minutes on one core.
"""

from __future__ import annotations

import argparse
import itertools
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from aims import machine
from sklearn.datasets import load_digits
from torch import nn

from validator.evidence import Cell, RepeatedLoss, Run
from validator.marking.rules.training.not_reproduced import band_of
from validator.measuring.probes.losses_repeated import repeated
from validator.measuring.probes.notebook import Document, TextCell

BAND = {"share": 0.2, "drop": 0.03, "errors": 3.0}
"""As `comp47650-2023` sets it."""
TRAIN, OF_FIVE = 1437, 2000


@dataclass(frozen=True, kw_only=True)
class Training:
    """One training, to be begun from any seed."""

    make: Callable[[], nn.Module]
    optimiser: Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer]
    epochs: int
    every: int = 0
    """Print each so many batches; 0 prints the mean of each epoch."""
    wrong: float = 0.0
    """Share of labels that are drawn anew."""


def layers(*widths: int, drop: float = 0.0) -> nn.Module:
    """Linear layers with ReLU and dropout between them."""
    made: list[nn.Module] = []
    for before, after in itertools.pairwise(widths):
        made += [nn.ReLU(), nn.Dropout(drop), nn.Linear(before, after)]
    return nn.Sequential(*made[2:])


def convolutions() -> nn.Module:
    """Two convolutions and a linear layer."""
    first = [nn.Unflatten(1, (1, 8, 8)), nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*first, nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(512, 10))


def sgd(rate: float) -> Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer]:
    """With momentum."""
    return lambda parameters: torch.optim.SGD(parameters, lr=rate, momentum=0.9)


def adam(rate: float) -> Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer]:
    """Adam."""
    return lambda parameters: torch.optim.Adam(parameters, lr=rate)


TRAININGS: Mapping[str, tuple[Training, Mapping[str, object]]] = {
    "SGD, 20 epochs": (Training(make=lambda: layers(64, 64, 10), optimiser=sgd(0.01), epochs=20), {"slow": sgd(0.002)}),
    "Adam, overfitted": (
        Training(make=lambda: layers(64, 256, 256, 10), optimiser=adam(1e-3), epochs=30),
        {"slow": adam(2e-4)},
    ),
    "dropout": (
        Training(make=lambda: layers(64, 128, 128, 10, drop=0.5), optimiser=adam(1e-3), epochs=15),
        {"slow": adam(2e-4)},
    ),
    "convolutions": (Training(make=convolutions, optimiser=adam(1e-3), epochs=8), {"slow": adam(2e-4)}),
    "single batches": (
        Training(make=lambda: layers(64, 64, 10), optimiser=sgd(0.01), epochs=8, every=5),
        {"slow": sgd(0.002)},
    ),
    "6 epochs": (Training(make=lambda: layers(64, 32, 10), optimiser=adam(1e-3), epochs=6), {"slow": adam(2e-4)}),
}


def printed(training: Training, seed: int) -> str:
    """The log of this training from this seed."""
    torch.manual_seed(seed)
    images, labels = (torch.tensor(values[:TRAIN]) for values in load_digits(return_X_y=True))
    images = images.float() / 16
    wrong = torch.rand(len(labels)) < training.wrong
    labels = torch.where(wrong, torch.randint(0, 10, labels.shape), labels)
    network = training.make()
    optimiser = training.optimiser(network.parameters())
    lines = []
    for epoch in range(1, training.epochs + 1):
        losses = []
        for batch in torch.randperm(len(images)).split(32):
            loss = nn.functional.cross_entropy(network(images[batch]), labels[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
        shown = losses[training.every - 1 :: training.every] if training.every else [sum(losses) / len(losses)]
        lines += [f"Epoch {epoch}, train loss: {loss:.4f}" for loss in shown]
    return "\n".join(lines)


def beside(stored: str, rerun: str) -> RepeatedLoss:
    """What the harness makes of these two logs."""
    documents = [Document(cells=(TextCell(index=0, code=True, text="", output=log),)) for log in (stored, rerun)]
    run = Run(path="x.ipynb", role="code", outcome="finished", cells=(Cell(index=0, status="ok"),))
    return repeated(*documents, run)[0]


def is_higher(one: RepeatedLoss) -> bool:
    """Whether the rule would fail it."""
    assert one.stored_end is not None
    assert one.rerun_end is not None
    return one.rerun_end > one.stored_end + band_of(one, BAND).width


def share(pairs: Sequence[tuple[str, str]]) -> float:
    """Of these hand-ins and runs that exceed the band."""
    return sum(is_higher(beside(*pair)) for pair in pairs) / len(pairs)


def best_of_five(logs: Sequence[str], number: int) -> list[tuple[str, str]]:
    """Hand-ins that are the lowest of five trainings, each beside a sixth."""
    chance = random.Random(0)  # noqa: S311 - the same draws every time
    ends = {log: beside(log, log).stored_end or 0.0 for log in logs}
    drawn = [chance.sample(list(logs), 6) for _ in range(number)]
    return [(min(six[:5], key=ends.__getitem__), six[5]) for six in drawn]


def main() -> None:
    """One line for each training."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=30)
    starts = parser.parse_args().starts
    torch.set_num_threads(1)
    print(f"band: {BAND}; {starts} starts each; {machine()}")
    for name, (training, other) in TRAININGS.items():
        logs = [printed(training, seed) for seed in range(starts)]
        worse = {
            "half the epochs": replace(training, epochs=training.epochs // 2),
            "a fifth of the rate": replace(training, optimiser=other["slow"]),
            "10 % of labels wrong": replace(training, wrong=0.1),
            "3 % of labels wrong": replace(training, wrong=0.03),
        }
        found = {
            change: share(list(itertools.product(logs, [printed(one, 1000 + seed) for seed in range(12)])))
            for change, one in worse.items()
        }
        same, best = share(list(itertools.permutations(logs, 2))), share(best_of_five(logs, OF_FIVE))
        said = ", ".join(f"{change} {value:.0%}" for change, value in found.items())
        print(f"{name}: by chance {same:.1%}, best of five handed in {best:.1%}; found: {said}", flush=True)


if __name__ == "__main__":
    main()
