"""The data sets that classifiers are scored on, by the names that a plan calls them. Reads no file itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from validator.measuring.datasets import addnist, cifar10
from validator.measuring.datasets.inventory import DataError, Inventory

if TYPE_CHECKING:
    import numpy as np


class Split(Protocol):
    """One split of a labelled data set: images (n, 3, side, side) and labels int64 (n,)."""

    @property
    def images(self) -> np.ndarray[Any, np.dtype[Any]]:
        """(n, 3, side, side), of the type they have in the files."""
        ...

    @property
    def labels(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """(n,), from 0."""
        ...


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """One data set: what it is called, its number of classes, its splits (train first, test last), its reader."""

    title: str
    classes: int
    splits: tuple[str, ...]
    load: Callable[..., Any]
    inventory: Callable[[Path | None], Inventory]

    def read(self, data: Path | None, split: str, *, lookalike: bool) -> Split:
        """One split, checked. Raises DataError; files that are not official are refused unless `lookalike`."""
        return cast(Split, self.load(data, split, lookalike=lookalike))


SETS = {
    "addnist": Labelled(
        title=addnist.TITLE,
        classes=addnist.CLASSES,
        splits=addnist.SPLITS,
        load=addnist.load,
        inventory=addnist.inventory,
    ),
    "cifar10": Labelled(
        title=cifar10.TITLE,
        classes=cifar10.CLASSES,
        splits=cifar10.SPLITS,
        load=cifar10.load,
        inventory=cifar10.inventory,
    ),
}


def labelled(name: str) -> Labelled:
    """The data set of this name. Raises DataError naming those that are known."""
    found = SETS.get(name)
    if found is None:
        raise DataError(f"no reader of the data set {name!r}; known: {', '.join(SETS)}")
    return found
