"""Finds the official image behind each that was fed to a network. Knows images; nothing of maps or networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from .signatures import COLUMNS, signatures

FEWEST = 4
"""Pairs of an official image and what was fed."""
MOST_PAIRS = 24
FARTHEST, CLEARLY = 0.9, 0.5
SAME = 1e-3
"""Distance below which two official images are the same picture: AddNIST holds many twice."""
CHUNK = 4096
LUMA = (0.2989, 0.587, 0.114)
"""ITU-R BT.601."""


def pairs_of(images: Any, fed: Any) -> tuple[Any, Any] | None:
    """Official images `(m, 3, side, side)` beside what was made of them, float64."""
    theirs = signatures(fed)
    halves = _halves(theirs)
    best: tuple[Any, Any] | None = None
    for number, arrange in enumerate(_arrangements(int(fed.shape[1]))):
        known = _halves(KNOWN.signed(images, (int(fed.shape[1]), number), arrange))
        ways = [(half, whole) for whole in known for half in halves]
        ways += [(-half, whole) for half, whole in ways]  # what was inverted has the opposite signature
        for half, whole in ways:
            found = _matches(half, whole)
            # The same drawing may be a channel of several images: what explains most rows is meant.
            if best is None or len(found[1]) > len(best[1]):
                best = found
        if best is not None and len(best[1]) * 10 >= 9 * len(fed):
            break
    if best is None or len(best[1]) < max(FEWEST, len(fed) // 4):
        return None
    places, rows = (found[:MOST_PAIRS] for found in best)
    return torch.from_numpy(np.array(images[places.numpy()], dtype=np.float64)), fed[rows].double()


def _halves(signed: Any) -> list[Any]:
    """Of images of another size two signatures, cropped and resized; of others one."""
    return [signed[:, first : first + COLUMNS] for first in range(0, signed.shape[1], COLUMNS)]


def _arrangements(channels: int) -> tuple[Callable[[Any], Any], ...]:
    if channels == 3:
        return (lambda batch: batch, lambda batch: batch.flip(1))
    if channels != 1:
        return ()
    weights = ((1 / 3, 1 / 3, 1 / 3), LUMA, (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    return tuple(map(_weighed, weights))


def _weighed(weights: tuple[float, float, float]) -> Callable[[Any], Any]:
    columns = torch.tensor(weights).reshape(1, 3, 1, 1)
    return lambda batch: (batch * columns).sum(1, keepdim=True)


class _Known:
    """Signatures of the official images, computed once for all networks that are asked."""

    def __init__(self) -> None:
        self._images: Any = None
        self._signed: dict[tuple[int, int], Any] = {}

    def signed(self, images: Any, key: tuple[int, int], arrange: Callable[[Any], Any]) -> Any:
        """Float32 `(n, 12 or 24)` under the arrangement that this key stands for."""
        if images is not self._images:
            self._images, self._signed = images, {}
        if key not in self._signed:
            self._signed[key] = _signed(images, arrange)
        return self._signed[key]


KNOWN = _Known()


def _signed(images: Any, arrange: Callable[[Any], Any]) -> Any:
    parts = []
    for first in range(0, len(images), CHUNK):
        batch = torch.from_numpy(np.array(images[first : first + CHUNK], dtype=np.float32))
        parts.append(signatures(arrange(batch)))
    return torch.cat(parts)


def _matches(theirs: Any, known: Any) -> tuple[Any, Any]:
    """Places of official images, and of the rows fed that clearly are theirs."""
    distances, places = torch.cdist(theirs, known, compute_mode="donot_use_mm_for_euclid_dist").topk(
        min(16, len(known)), largest=False
    )
    nearest = distances[:, :1]
    others = torch.where(distances > nearest + SAME, distances, torch.inf).amin(1)
    near = (nearest[:, 0] <= FARTHEST) & (nearest[:, 0] <= CLEARLY * others) & (theirs != 0).any(1)
    rows = near.nonzero()[:, 0]
    return places[rows, 0], rows
