"""The official data files: where they lie, what they must hash to, how they are read; never downloads, knows no metric.

    inventory.py  what is there and what is missing, for a person and for the run
    digests.py    file digests, kept beside the data so that 423 MB are hashed once
    npy.py        .npy files whose header is checked before anything is believed
    pickles.py    pickles that may hold arrays and plain values only
    addnist.py    six .npy files
    cifar100.py   the python version, as torchvision lays it out
    weights.py    the Inception weights of the FID
    twins.py      which CIFAR-100 test images have a twin in train, as published

Importing this package loads neither numpy nor torch.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

from validator.measuring.datasets import addnist, cifar100, weights
from validator.measuring.datasets.inventory import DataError, DataFile, Inventory


class ServedCifar(TypedDict):
    """What torchvision's own loader needs: its root, and the md5 of each file as it is here."""

    root: str
    md5: dict[str, str]


class Served(TypedDict):
    """What the agent redirects a notebook to: AddNIST's files by name, and CIFAR-100's root."""

    files: dict[str, str]
    cifar100: ServedCifar | None


def served(data: Path | None) -> Served:
    """The complete data sets under `data`, with absolute paths; a data set with a file missing is not served."""
    if data is None:
        return {"files": {}, "cifar100": None}
    digits = addnist.inventory(data)
    photographs = cifar100.inventory(data)
    files = {file.name: str(Path(file.path).resolve()) for file in digits.files} if digits.complete else {}
    if not photographs.complete:
        return {"files": files, "cifar100": None}
    root = str(Path(photographs.folder).resolve().parent)
    return {"files": files, "cifar100": {"root": root, "md5": cifar100.md5s(data)}}


def inventories(data: Path | None, *, weights_file: Path | None = None) -> tuple[Inventory, ...]:
    """Every data set and the weights, found or missing."""
    return (
        addnist.inventory(data),
        cifar100.inventory(data),
        weights.inventory(data, option=weights_file),
    )


__all__ = ["DataError", "DataFile", "Inventory", "addnist", "cifar100", "inventories", "served", "weights"]
