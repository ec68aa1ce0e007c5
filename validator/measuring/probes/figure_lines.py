"""Along one axis of a picture: means over even intervals, and numbers of tiles whose edges stand out. Arrays only.

The mean absolute gradient along an axis is high where unrelated tiles meet and ordinary inside them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from validator.measuring.probes.figure_blocks import Pixels

Floats = npt.NDArray[np.float64]

SIDE = 16
"""Pixels of a tile as it is compared, and gradients a cell is looked at in."""
ACROSS = 128
"""Places across an axis at which its gradients are looked at."""
LEAST_CELL = 8
MOST_ALONG = 20
LINE = 2.0
"""How far above the median gradient the edge between tiles stands."""
ABOVE, NEARLY_ALL = 1.2, 0.95
"""Or, among noisy tiles, how far above nearly all other places."""
LINE_SHARE = 0.8
"""Of the lines that must do so, on each axis."""


class Means:
    """Means over intervals of one axis of an array (height, width, 3)."""

    def __init__(self, values: Pixels | Floats, axis: int) -> None:
        self.axis = axis
        self._values = np.moveaxis(values, axis, 0).astype(np.float64)
        self._sums = np.concatenate([np.zeros_like(self._values[:1]), np.cumsum(self._values, axis=0)])

    def over(self, first: float, last: float, count: int) -> Floats:
        """Over `count` equal intervals between two places, which need not be whole pixels."""
        places = np.linspace(first, last, count + 1)
        below = np.clip(np.floor(places).astype(int), 0, len(self._values) - 1)
        at = self._values[below]
        at *= (places - below)[:, None, None]
        at += self._sums[below]
        means = np.diff(at, axis=0)
        means /= (last - first) / count
        return np.moveaxis(means, 0, self.axis)


class Lines:
    """The edges of one part of a picture; each number of cells is looked at once, when it is asked for."""

    def __init__(self, part: Pixels) -> None:
        self._part = part
        self._means: dict[int, Means] = {}
        self._found: dict[tuple[int, int], bool] = {}

    def fit(self, axis: int, count: int) -> bool:
        """Whether the lines of so many cells along an axis stand out; one cell has no line and always fits."""
        if count > 1 and (axis, count) not in self._found:
            self._found[axis, count] = _stands_out(self._along(axis), self._part.shape[axis], count)
        return count == 1 or self._found[axis, count]

    def _along(self, axis: int) -> Means:
        if axis not in self._means:
            other = self._part.shape[1 - axis]
            small = Means(self._part, 1 - axis).over(0.0, float(other), min(other, ACROSS))
            self._means[axis] = Means(small, axis)
        return self._means[axis]


def _stands_out(means: Means, length: int, count: int) -> bool:
    each = min(SIDE, int(length / count))
    if each < LEAST_CELL:
        return False
    small = means.over(0.0, float(length), each * count)
    profile = np.abs(np.diff(small, axis=means.axis)).mean(axis=(1 - means.axis, 2))
    padded = np.pad(profile, 1, mode="edge")
    highest = np.maximum(np.maximum(padded[:-2], padded[1:-1]), padded[2:])
    at = np.arange(1, count) * each - 1
    inside = np.ones(len(profile), dtype=bool)
    for step in (-2, -1, 0, 1, 2):
        inside[np.clip(at + step, 0, len(profile) - 1)] = False
    if not inside.any():
        return False
    least = min(LINE * np.median(profile[inside]), ABOVE * np.quantile(highest[inside], NEARLY_ALL))
    return bool((highest[at] > least).mean() >= LINE_SHARE)
