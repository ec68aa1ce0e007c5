"""Where things stand in one picture: its margins, and the gutters that part its panels. Arrays only, no files.

Pixels are uint8 (height, width, 3). Knows nothing of grids or of what is shown.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
Run = tuple[int, int]
"""First index, and the one after the last."""

LIKE_GROUND = (24, 64)
"""Levels in any channel up to which a pixel is the ground's colour, strictly and where a JPEG rings around things."""
EMPTY_SHARE = 0.97
"""Of a row or column that is a gutter."""
MARGIN_SHARE = 0.85
"""Of a row or column that is margin: ticks and words of an axis reach into it."""
GREYEST = 12


@dataclass(frozen=True, kw_only=True)
class Block:
    """One part of a picture, in its pixels."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """Rows of pixels."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Columns of pixels."""
        return self.right - self.left

    def of(self, pixels: Pixels) -> Pixels:
        """The pixels of this part."""
        return pixels[self.top : self.bottom, self.left : self.right]


def whole(pixels: Pixels) -> Block:
    """The picture as one block."""
    return Block(top=0, left=0, bottom=pixels.shape[0], right=pixels.shape[1])


def grounds(pixels: Pixels) -> tuple[Bools, ...]:
    """Where each colour is that may be the ground: that of the rim, white, black. Masks (height, width)."""
    rim = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]]).astype(np.int16)
    colours = [np.median(rim, axis=0), np.full(3, 255.0), np.zeros(3)]
    different = [one for number, one in enumerate(colours) if not any(_alike(one, each) for each in colours[:number])]
    apart = [np.abs(pixels.astype(np.int16) - one.astype(np.int16)).max(axis=2) for one in different]
    return tuple(each <= levels for levels in LIKE_GROUND for each in apart)


def _alike(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> bool:
    return bool(np.abs(first - second).max() <= GREYEST)


def trimmed(block: Block, ground: Bools) -> Block:
    """The block without its margins; the block itself where nothing else would be left."""
    part = ground[block.top : block.bottom, block.left : block.right]
    rows = np.flatnonzero(part.mean(axis=1) < MARGIN_SHARE)
    columns = np.flatnonzero(part.mean(axis=0) < MARGIN_SHARE)
    if not len(rows) or not len(columns):
        return block
    return Block(
        top=block.top + int(rows[0]),
        bottom=block.top + int(rows[-1]) + 1,
        left=block.left + int(columns[0]),
        right=block.left + int(columns[-1]) + 1,
    )


def filled(ground: Bools, axis: int) -> list[Run]:
    """The runs between gutters along an axis (0: down the rows, 1: along the columns) of a mask (height, width)."""
    full = ground.mean(axis=1 - axis) < EMPTY_SHARE
    edges = np.flatnonzero(np.diff(np.concatenate([[False], full, [False]]).astype(np.int8)))
    return [(int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True)]


def panels(block: Block, ground: Bools, *, least: int) -> Iterator[Block]:
    """The parts of a block on both sides of its gutters, along the axis that has wider ones; none without gutters."""
    part = ground[block.top : block.bottom, block.left : block.right]
    runs = {axis: filled(part, axis) for axis in (0, 1)}
    axis = max((0, 1), key=lambda each: _widest_gap(runs[each]))
    if len(runs[axis]) < 2:
        return
    for first, last in _joined(runs[axis]):
        if axis == 0:
            found = Block(top=block.top + first, bottom=block.top + last, left=block.left, right=block.right)
        else:
            found = Block(left=block.left + first, right=block.left + last, top=block.top, bottom=block.bottom)
        if min(found.height, found.width) >= least:
            yield found


def _widest_gap(runs: list[Run]) -> int:
    return max((after[0] - before[1] for before, after in itertools.pairwise(runs)), default=0)


def _joined(runs: list[Run]) -> Iterator[Run]:
    """Parts that only narrow gutters part stay together: half as wide as the widest, and they are of one panel."""
    widest = _widest_gap(runs)
    first, last = runs[0]
    for begin, end in runs[1:]:
        if begin - last > widest / 2:
            yield first, last
            first = begin
        last = end
    yield first, last
