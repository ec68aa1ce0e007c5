"""Whether the tiles of one grid are among those of another picture: by correlation of small tiles. Arrays only.

Correlation is blind to brightness and contrast, and tiles of 16 by 16 to resampling and JPEG. It says which tile is
which; what was done to one of them is seen by `figure_fine`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validator.measuring.probes.figure_grids import Grid
from validator.measuring.probes.figure_lines import Floats

Bools = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int64]

SHRINKS = (0.0, 0.03, 0.07)
"""Shares of a cell cut from each side: one grid's cells may hold their gaps, the other's not."""
SHIFTS = ((-0.04, -0.04), (-0.04, 0.04), (0.04, -0.04), (0.04, 0.04))
"""Shares of a cell by which it is looked at beside its place, down and along: the frame of an axis may stand around."""
SAME = 0.9
"""Correlation above which two tiles are one picture; unrelated ones of photographs seldom reach 0.8."""
NEAR, IN_ORDER = 0.6, 0.75
"""Where so large a share of the tiles stands in the same order, each nearest to its own, less will do: noise and heavy
compression take from all tiles, and chance puts none of them in order."""
FLAT_LEVELS, FLAT_APART = 6.0, 12.0
"""A tile with less spread has no shape to correlate: its colour decides."""
SAME_TWICE = 0.99
"""Between two tiles of one picture: it shows the same twice."""
ALMOST = 0.02
"""Of correlation: a tile whose own place is so near to the best, beside `DISTINCT`, is at its own place."""
DISTINCT = 1.5
"""How much farther from 1 the second best must be, where no order says which: faces and digits are all alike."""
GREY_LEVELS, GREY_SHARE = 12.0, 0.98
"""A picture most of whose pixels have channels so near to each other is grey, and compared by brightness alone."""
BRIGHTNESS = np.array([0.299, 0.587, 0.114])


@dataclass(frozen=True, kw_only=True, eq=False)
class Tiles:
    """Tiles (variants, n, 16, 16, 3) of one picture, each cut in several ways."""

    values: Floats

    @classmethod
    def of_grid(cls, grid: Grid, *, shifted: bool = False) -> Tiles:
        """The cells of a grid, `shifted` a little beside their places too."""
        cuts = [grid.cut(shrink=shrink) for shrink in SHRINKS]
        cuts += [grid.cut(shrink=0.05, down=down, along=along) for down, along in SHIFTS] if shifted else []
        return cls(values=np.stack(cuts))

    @property
    def count(self) -> int:
        """How many tiles."""
        return int(self.values.shape[1])

    @property
    def is_grey(self) -> bool:
        """Whether it shows no colours."""
        first = self.values[0]
        return bool((np.ptp(first, axis=3) <= GREY_LEVELS).mean() >= GREY_SHARE)

    def as_grey(self) -> Tiles:
        """The same in brightness alone."""
        return Tiles(values=np.repeat((self.values @ BRIGHTNESS)[..., None], 3, axis=4))


@dataclass(frozen=True, kw_only=True, eq=False)
class Match:
    """For each tile asked for: whether one like it is there, where (-1: nowhere), and how like it is."""

    found: Bools
    at: Indices
    likeness: Floats
    home: Indices
    """Where its own place is in the other picture (-1: there is no common order)."""

    @property
    def share(self) -> float:
        """Share of the tiles that are there."""
        return float(self.found.mean())

    @property
    def rank(self) -> tuple[float, float]:
        """The greater, the better: how many are there, then how like they are."""
        return self.share, float(self.likeness[self.found].mean()) if self.found.any() else 0.0


def match(asked: Tiles, offered: Tiles) -> Match:
    """Look for each tile of one picture among those of another: at its own place, else in any order."""
    if asked.is_grey != offered.is_grey:
        asked, offered = asked.as_grey(), offered.as_grey()
    alike = alikeness(asked, offered)
    rows = np.arange(asked.count)
    at = alike.argmax(axis=1)
    near = (alike[rows, at] >= SAME) & _distinct(alike, _correlation(offered.values[0], offered.values[0]), at)
    own = rows + _offset(at[near] - rows[near])
    there = (own >= 0) & (own < offered.count)
    at_own = np.where(there, alike[rows, np.clip(own, 0, offered.count - 1)], -1.0)
    ordered = (1.0 - at_own <= ALMOST + DISTINCT * (1.0 - alike[rows, at])) & (at_own >= NEAR)
    in_order = bool(ordered.mean() >= IN_ORDER)
    if in_order:
        near, at = near | ordered, np.where(ordered, own, at)
    home = np.where(there & in_order, own, -1)
    return Match(found=near, at=np.where(near, at, -1), likeness=alike[rows, at], home=home)


def _offset(offsets: Indices) -> int:
    """By how many places most tiles stand later in the other picture: 0 unless it shows more of them."""
    if not len(offsets):
        return 0
    values, counts = np.unique(offsets, return_counts=True)
    return int(values[counts.argmax()])


def _distinct(alike: Floats, among: Floats, at: Indices) -> Bools:
    """Whether no other tile than the best, and those that are the same as it, is nearly as good."""
    others = np.where(among[at] >= SAME_TWICE, -1.0, alike)
    second = others.max(axis=1, initial=-1.0)
    distinct: Bools = 1.0 - second >= DISTINCT * (1.0 - alike[np.arange(len(alike)), at])
    return distinct


def alikeness(asked: Tiles, offered: Tiles) -> Floats:
    """The best correlation (n, m) of each pair over all ways to cut them."""
    ways = [_correlation(ours, theirs) for ours in asked.values for theirs in offered.values]
    best: Floats = np.max(ways, axis=0)
    return best


def _correlation(ours: Floats, theirs: Floats) -> Floats:
    first, second = ours.reshape(len(ours), -1), theirs.reshape(len(theirs), -1)
    spreads = [tiles.reshape(len(tiles), -1, 3).std(axis=1).max(axis=1) for tiles in (ours, theirs)]
    found: Floats = (_unit(first) @ _unit(second).T).astype(np.float64)
    flat = (spreads[0] < FLAT_LEVELS)[:, None] & (spreads[1] < FLAT_LEVELS)[None]
    columns = np.flatnonzero(flat.any(axis=0))
    for row in np.flatnonzero(flat.any(axis=1)):
        found[row, columns] = np.abs(first[row] - second[columns]).mean(axis=1) < FLAT_APART
    return found


def _unit(tiles: Floats) -> Floats:
    centred = tiles - tiles.mean(axis=1, keepdims=True)
    lengths = np.sqrt(np.square(centred).sum(axis=1, keepdims=True))
    unit: Floats = centred / np.where(lengths > 0, lengths, 1.0)
    return unit
