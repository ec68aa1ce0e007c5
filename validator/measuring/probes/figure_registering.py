"""Two grids of the same tiles laid over each other as exactly as their pixels allow. Arrays only.

One grid's cells may hold the gap around their tile, or miss a pixel of it: the same frame within each cell is moved and
stretched until the tiles of the whole batch agree.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from validator.measuring.probes.figure_fine import Fitted, fitted
from validator.measuring.probes.figure_grids import Grid
from validator.measuring.probes.figure_lines import Floats, Means

FINEST, COARSEST = 32, 12
"""Pixels of a tile as it is looked at closely: the fewer that either picture has."""
RIM = 0.1
"""Share of a cell at each side that is left out where the frame is moved."""
FARTHEST = 0.2
"""Shares of half a frame by which it moves or stretches at once."""
Run = tuple[float, float]


@dataclass(frozen=True)
class Frame:
    """Where within each cell to look, in shares of it."""

    top: float = RIM
    bottom: float = 1.0 - RIM
    left: float = RIM
    right: float = 1.0 - RIM

    def moved(self, down: float, along: float, taller: float, wider: float) -> Frame:
        """The frame that a fit asks for, in shares of half of it; it stays within the cell."""
        down, along, taller, wider = (min(max(each, -FARTHEST), FARTHEST) for each in (down, along, taller, wider))
        high, wide = (self.bottom - self.top) / 2, (self.right - self.left) / 2
        places = (
            self.top - high * (down - taller),
            self.bottom - high * (down + taller),
            self.left - wide * (along - wider),
            self.right - wide * (along + wider),
        )
        return Frame(*(min(max(place, 0.0), 1.0) for place in places))


class Cells:
    """The cells of one grid, ready to be cut again and again."""

    def __init__(self, grid: Grid) -> None:
        self.finest = int(min(run[1] - run[0] for run in (*grid.down, *grid.along)))
        self._cells = [_Cell(grid, down, along) for down in grid.down for along in grid.along]

    def cut(self, frames: list[Frame], numbers: list[int], side: int) -> Floats:
        """These cells, each by its frame, float64 (n, side, side, 3)."""
        return np.stack([self._cells[each].cut(frame, side) for each, frame in zip(numbers, frames, strict=True)])


class _Cell:
    """One cell's pixels."""

    def __init__(self, grid: Grid, down: Run, along: Run) -> None:
        top, left = int(down[0]), int(along[0])
        self._pixels = grid.pixels[top : int(np.ceil(down[1])), left : int(np.ceil(along[1]))]
        self._down, self._along = (down[0] - top, down[1] - down[0]), (along[0] - left, along[1] - along[0])

    @functools.cached_property
    def _means(self) -> Means:
        return Means(self._pixels, 0)

    def cut(self, frame: Frame, side: int) -> Floats:
        """Means over side by side parts of the frame."""
        rows = self._means.over(*_within(self._down, frame.top, frame.bottom), side)
        return Means(rows, 1).over(*_within(self._along, frame.left, frame.right), side)


def laid_over(ours: Grid, theirs: Grid, at: list[int], paired: list[int]) -> Fitted:
    """Fit our tiles `paired` to theirs `at` the same positions, after moving our frames onto theirs.

    First all frames as the median tile asks, then each by itself: tiles that stand each in a plot of its own are some
    pixels off their places.
    """
    first, second = Cells(ours), Cells(theirs)
    side = int(np.clip(min(first.finest, second.finest) * (1 - 2 * RIM), COARSEST, FINEST))
    wanted = second.cut([Frame()] * len(at), at, side)
    frames = [Frame()] * len(paired)
    best = fitted(first.cut(frames, paired, side), wanted)
    for alone in (False, False, True, True):
        moves = best.moves if alone else np.median(best.moves, axis=0)[None].repeat(len(paired), axis=0)
        frames = [frame.moved(*(float(each) for each in move)) for frame, move in zip(frames, moves, strict=True)]
        best = fitted(first.cut(frames, paired, side), wanted)
    return best


def _within(run: Run, first: float, last: float) -> Run:
    begin, length = run
    return begin + first * length, begin + last * length
