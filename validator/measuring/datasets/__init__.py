"""The official data files: where they lie, what they must hash to, how they are read; never downloads, knows no metric.

    inventory.py  what is there and what is missing, for a person and for the run
    digests.py    file digests, kept beside the data so that 423 MB are hashed once
    npy.py        .npy files whose header is checked before anything is believed
    pickles.py    pickles that may hold arrays and plain values only
    addnist.py    six .npy files
    cifar.py      what CIFAR-10 and CIFAR-100 have in common: python version, as torchvision lays it out
    cifar10.py    seven files
    cifar100.py   three files
    labelled.py   the sets that classifiers are scored on, by name
    weights.py    the Inception weights of the FID
    twins.py      which CIFAR-100 test images have a twin in train, as published

Importing this package loads neither numpy nor torch.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NotRequired, TypedDict

from validator.measuring.datasets import addnist, cifar10, cifar100, weights
from validator.measuring.datasets.inventory import DataError, DataFile, Inventory


class ServedCifar(TypedDict):
    """What torchvision's own loader needs: its root, and the md5 of each file as it is here."""

    root: str
    md5: dict[str, str]


class Served(TypedDict):
    """What the agent redirects a notebook to: AddNIST's files by name, and the roots of CIFAR-100 and CIFAR-10."""

    files: dict[str, str]
    cifar100: ServedCifar | None
    cifar10: NotRequired[ServedCifar]
    """Only where it is there."""


def served(data: Path | None) -> Served:
    """The complete data sets under `data`, with absolute paths; a data set with a file missing is not served."""
    if data is None:
        return {"files": {}, "cifar100": None}
    digits = addnist.inventory(data)
    files = {file.name: str(Path(file.path).resolve()) for file in digits.files} if digits.complete else {}
    found: Served = {"files": files, "cifar100": _cifar(cifar100.inventory(data), lambda: cifar100.md5s(data))}
    small = _cifar(cifar10.inventory(data), lambda: cifar10.md5s(data))
    return found if small is None else {**found, "cifar10": small}


def _cifar(found: Inventory, md5s: Callable[[], dict[str, str]]) -> ServedCifar | None:
    if not found.complete:
        return None
    return {"root": str(Path(found.folder).resolve().parent), "md5": md5s()}


def inventories(data: Path | None, *, weights_file: Path | None = None) -> tuple[Inventory, ...]:
    """Every data set and the weights, found or missing."""
    return (
        addnist.inventory(data),
        cifar100.inventory(data),
        cifar10.inventory(data),
        weights.inventory(data, option=weights_file),
    )


__all__ = [
    "DataError",
    "DataFile",
    "Inventory",
    "addnist",
    "cifar10",
    "cifar100",
    "inventories",
    "served",
    "weights",
]
