"""Whether the cells of a grid go over into each other, as interpolations do, or stand beside each other, as samples do.

The measure is the mean difference of neighbouring cells over that of any two cells. (Interpolation grids of student
reports: 0.21 to 0.30; grids of samples: 0.90 to 1.06.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from validator.measuring.metrics.strips import GRADUAL
from validator.measuring.probes.figure_grids import Grid
from validator.measuring.probes.figure_lines import Floats

FEWEST_STEPS = 4
MOST_STEPS = 0.7
"""Share of the steps that are near: originals beside their reconstructions are near at every second one only."""


@dataclass(frozen=True, kw_only=True)
class Strips:
    """How many strips a grid shows, of how many cells each, and how near neighbours are (1: as any two cells)."""

    count: int
    steps: int
    nearness: float


def strips(grid: Grid) -> Strips | None:
    """The strips of a grid, along its rows or its columns; None where its cells are no nearer than any two."""
    tiles = grid.tiles.reshape(grid.rows, grid.columns, -1)
    overall = _overall(tiles.reshape(grid.count, -1))
    if overall <= 0:
        return None
    found = []
    for axis, count, steps in ((1, grid.rows, grid.columns), (0, grid.columns, grid.rows)):
        if steps >= FEWEST_STEPS:
            apart = np.abs(np.diff(tiles, axis=axis)).mean(axis=(1 - axis, 2)) / overall
            if (apart < GRADUAL).mean() >= MOST_STEPS:
                found.append(Strips(count=count, steps=steps, nearness=float(apart.mean())))
    best = min(found, key=lambda each: each.nearness, default=None)
    return best if best is not None and best.nearness < GRADUAL else None


def _overall(cells: Floats) -> float:
    """Mean absolute difference of two different cells, each pair once, channel by channel and exactly."""
    count = len(cells)
    ordered = np.sort(cells, axis=0)
    weights = 2 * np.arange(count) - count + 1
    return float((ordered * weights[:, None]).sum() / (cells.shape[1] * count * (count - 1) / 2))
