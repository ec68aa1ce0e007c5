"""The official images as rows that can be recognised: which are the same picture, what their signatures are.

Knows the data set; nothing of runs or students.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.measuring.datasets.labelled import Split, labelled
from validator.measuring.metrics.signatures import arranged, arrangements, centred, image_signatures
from validator.measuring.probes.task import Task

CHUNK = 4096


@dataclass(frozen=True, kw_only=True)
class Official:
    """Distinct pictures of all splits: a set may hold some of them in several rows, as AddNIST does."""

    splits: tuple[Split, ...]
    place: npt.NDArray[np.int64]
    """(distinct,): a row of the splits, one after the other, that holds the picture."""
    labels: npt.NDArray[np.int64]
    """(distinct,)"""
    copies: dict[str, npt.NDArray[np.int64]]
    """By split, in how many of its rows each picture is (distinct,)."""
    of_row: npt.NDArray[np.int64]
    """(rows of all splits,): the picture of each row."""
    _signatures: dict[str, Any] = field(default_factory=dict)

    def signatures(self, shape: tuple[int, ...]) -> Iterator[tuple[str, npt.NDArray[np.float32]]]:
        """Signatures float32 (distinct, 12) under each arrangement that images fed in this shape may have had."""
        for name in arrangements(shape):
            if name not in self._signatures:
                self._signatures[name] = self._signed(name)
            yield name, self._signatures[name]

    def rows(self, split: str) -> int:
        """How many rows a split has: none of one that the data set does not have."""
        return int(self.copies[split].sum()) if split in self.copies else 0

    def _signed(self, name: str) -> npt.NDArray[np.float32]:
        parts = [
            image_signatures(arranged(centred(np.asarray(split.images[first : first + CHUNK])), name))
            for split in self.splits
            for first in range(0, len(split.images), CHUNK)
        ]
        signed: npt.NDArray[np.float32] = np.concatenate(parts)[self.place]
        return signed


def official_images(task: Task) -> Official:
    """The images of every split, each distinct picture once. Raises DataError where they are not there."""
    data = Path(task.data) if task.data else None
    known = labelled(task.plan.classifier_data)
    return official_of(
        tuple(known.read(data, split, lookalike=task.lookalike) for split in known.splits), names=known.splits
    )


def official_of(splits: tuple[Split, ...], *, names: tuple[str, ...] = ("train", "valid", "test")) -> Official:
    """The pictures of these splits, under their names."""
    known: dict[bytes, int] = {}
    of_row = np.array(
        [known.setdefault(_digest(image), len(known)) for split in splits for image in split.images], dtype=np.int64
    )
    place = np.zeros(len(known), np.int64)
    place[of_row[::-1]] = np.arange(len(of_row))[::-1]
    borders = np.cumsum([0, *(len(split.images) for split in splits)])
    return Official(
        splits=splits,
        place=place,
        labels=np.concatenate([split.labels for split in splits])[place],
        copies={
            name: np.bincount(of_row[start:stop], minlength=len(known))
            for name, start, stop in zip(names, borders[:-1], borders[1:], strict=True)
        },
        of_row=of_row,
    )


def _digest(image: npt.NDArray[Any]) -> bytes:
    return hashlib.blake2b(np.ascontiguousarray(image).data, digest_size=16).digest()
