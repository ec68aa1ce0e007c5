"""Whether the tiles of one grid are among those of another picture: by correlation of small tiles. Arrays only.

Correlation is blind to brightness and contrast, and tiles of 16 by 16 to resampling and JPEG. What a tile shows beside
its likeness elsewhere is looked at once more in blocks of 4 by 4, where a painted spot is larger than any such loss.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validator.measuring.probes.figure_grids import Grid
from validator.measuring.probes.figure_lines import SIDE, Floats

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
BLOCK = 4
SPOT_LEVELS = 30.0
COLOUR_LEVELS = 60.0
"""Mean difference of a block in brightness, and in one colour, of 255 levels, above which something else is painted
there; JPEG keeps colours more coarsely."""
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


@dataclass(frozen=True, kw_only=True, eq=False)
class Match:
    """For each tile asked for: whether it is there, where (-1: nowhere), and whether it is there but for a spot."""

    found: Bools
    at: Indices
    changed: Bools

    @property
    def share(self) -> float:
        """Share of the tiles that are there."""
        return float(self.found.mean())


def match(asked: Tiles, offered: Tiles) -> Match:
    """Look for each tile of one picture among those of another, in any order."""
    alike = _alike(asked, offered)
    at = alike.argmax(axis=1)
    rows = np.arange(asked.count)
    near = alike[rows, at] >= SAME
    if asked.count == offered.count:
        own = (at == rows) & (alike[rows, rows] >= NEAR)
        near |= own & (own.mean() >= IN_ORDER)
    changed = np.zeros(asked.count, dtype=np.bool_)
    for row in (int(each) for each in np.flatnonzero(near)):
        changed[row] = _has_spot(asked, offered, row, int(at[row]))
    return Match(found=near & ~changed, at=np.where(near, at, -1), changed=changed)


def _alike(asked: Tiles, offered: Tiles) -> Floats:
    """The best correlation (n, m) of each pair over all ways to cut them."""
    ways = [_correlation(ours, theirs) for ours in asked.values for theirs in offered.values]
    best: Floats = np.max(ways, axis=0)
    return best


def _correlation(ours: Floats, theirs: Floats) -> Floats:
    first, second = ours.reshape(len(ours), -1), theirs.reshape(len(theirs), -1)
    spreads = [tiles.reshape(len(tiles), -1, 3).std(axis=1).max(axis=1) for tiles in (ours, theirs)]
    found: Floats = (_unit(first) @ _unit(second).T).astype(np.float64)
    flat = (spreads[0] < FLAT_LEVELS)[:, None] & (spreads[1] < FLAT_LEVELS)[None]
    for row, column in zip(*np.nonzero(flat), strict=True):
        found[row, column] = float(np.abs(first[row] - second[column]).mean() < FLAT_APART)
    return found


def _unit(tiles: Floats) -> Floats:
    centred = tiles - tiles.mean(axis=1, keepdims=True)
    lengths = np.sqrt(np.square(centred).sum(axis=1, keepdims=True))
    unit: Floats = centred / np.where(lengths > 0, lengths, 1.0)
    return unit


def _has_spot(asked: Tiles, offered: Tiles, row: int, column: int) -> bool:
    """Whether a block of the tile differs from the other, however they are cut: what is painted is there in each."""
    pairs = ((ours[row], theirs[column]) for ours in asked.values for theirs in offered.values)
    return all(_differs(ours, theirs) for ours, theirs in pairs)


def _differs(ours: Floats, theirs: Floats) -> bool:
    """Whether a block is brighter or of another colour, brightness and contrast of the whole taken out."""
    first, second = ours - ours.mean(), theirs - theirs.mean()
    spread = float(np.square(second).sum())
    rest = first - (float((first * second).sum()) / spread if spread else 0.0) * second
    blocks = rest.reshape(SIDE // BLOCK, BLOCK, SIDE // BLOCK, BLOCK, 3).mean(axis=(1, 3))
    return bool(np.abs(blocks @ BRIGHTNESS).max() > SPOT_LEVELS or np.abs(blocks).max() > COLOUR_LEVELS)
