"""Grids of small pictures in one picture, by their gaps or by the edges where tiles meet. Arrays only, no files.

Edges: the mean absolute gradient along an axis is high where unrelated tiles meet and ordinary inside them. A grid of k
tiles has its k - 1 lines at even places, nearly all of them above twice the median (the largest such k is taken).
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validator.measuring.probes.figure_blocks import Block, Pixels, Run, filled, grounds, panels, trimmed, whole
from validator.measuring.probes.figure_lines import LEAST_CELL, MOST_ALONG, SIDE, Floats, Lines, Means

LEAST_BLOCK = 40
FEWEST_CELLS = 6
FEWEST_LINES = 2
SQUARE = 1.12
"""Sides of a cell may differ so much."""
UNEVEN = 0.12
"""Share of the pitch by which cells between gaps may stand off their places, and differ in size."""
FLAT_LEVELS, FLAT_SHARE, FLAT_TILES = 10, 0.6, 0.5
"""A tile most of which is one colour may be a cell of a heat map or a plot; so may a grid with more than half such."""
EQUAL_LEVELS, EQUAL_SHARE = 1.0, 0.5
"""So is a tile half of whose neighbouring pixels are equal: several cells, or lines on one ground."""
WIDEST_GUTTER, OFF_LINE = 0.35, 0.2
"""Shares of the pitch of tiles: how wide a gutter between tiles is at most, and how far off their edge."""
BLOCKS, DEPTH = 60, 4


@dataclass(frozen=True, kw_only=True, eq=False)
class Grid:
    """Cells in rows and columns; `down` and `along` are the runs of pixels that rows and columns take."""

    pixels: Pixels
    apart: bool = False
    """Whether its cells stand apart, so that it is known where each ends."""
    down: tuple[tuple[float, float], ...]
    along: tuple[tuple[float, float], ...]

    @property
    def rows(self) -> int:
        """How many rows of cells."""
        return len(self.down)

    @property
    def columns(self) -> int:
        """How many columns of cells."""
        return len(self.along)

    @property
    def count(self) -> int:
        """How many cells."""
        return self.rows * self.columns

    @functools.cached_property
    def tiles(self) -> Floats:
        """The cells float64 (n, 16, 16, 3) in levels, in reading order."""
        return self.cut(shrink=0.04)

    @functools.cached_property
    def flats(self) -> npt.NDArray[np.bool_]:
        """Which cells (n,) are flat, as those of a table, a plot or a heat map: mostly one colour, or equal pixels."""
        middle = np.median(self.tiles, axis=(1, 2), keepdims=True)
        flat = (np.abs(self.tiles - middle).max(axis=3) <= FLAT_LEVELS).mean(axis=(1, 2)) >= FLAT_SHARE
        steps = [np.abs(np.diff(self.tiles, axis=axis)).max(axis=3).reshape(self.count, -1) for axis in (1, 2)]
        equal: npt.NDArray[np.bool_] = flat | (
            (np.concatenate(steps, axis=1) <= EQUAL_LEVELS).mean(axis=1) >= EQUAL_SHARE
        )
        return equal

    @property
    def framed(self) -> Pixels:
        """The part of its picture that it takes."""
        top, bottom = int(self.down[0][0]), int(np.ceil(self.down[-1][1]))
        left, right = int(self.along[0][0]), int(np.ceil(self.along[-1][1]))
        return self.pixels[top:bottom, left:right]

    @property
    def is_flat(self) -> bool:
        """Whether it may be a heat map or a plot: most of its cells are flat."""
        return bool(self.flats.mean() > FLAT_TILES)

    def cut(self, *, shrink: float, down: float = 0.0, along: float = 0.0) -> Floats:
        """The cells float64 (n, 16, 16, 3) without so much of each side, moved by so much (less than that)."""
        top, left = int(self.down[0][0]), int(self.along[0][0])
        means = Means(self.framed, 0)
        rows = [Means(means.over(*_inner(run, shrink, top, down), SIDE), 1) for run in self.down]
        return np.stack([row.over(*_inner(run, shrink, left, along), SIDE) for row in rows for run in self.along])


def cut_alike(pixels: Pixels, *, rows: int, columns: int) -> Iterator[Grid]:
    """A picture without its margins as a grid of so many cells, where these would be nearly square."""
    for block in dict.fromkeys(trimmed(whole(pixels), ground) for ground in grounds(pixels)):
        if 1 / SQUARE <= (block.height / rows) / (block.width / columns) <= SQUARE:
            down, along = _runs(block.top, block.height, rows), _runs(block.left, block.width, columns)
            yield Grid(pixels=pixels, down=down, along=along)


def grids(pixels: Pixels) -> tuple[Grid, ...]:
    """Every grid, flat ones too, among the panels of one picture uint8 (height, width, 3), largest first."""
    if min(pixels.shape[:2]) < LEAST_BLOCK // 2:
        return ()
    by_edges = functools.cache(functools.partial(_by_edges, pixels=pixels))  # on each ground blocks are the same ones
    found = [grid for ground in grounds(pixels) for grid in _within(pixels, ground, by_edges)]
    if not found and (grid := by_edges(whole(pixels))) is not None:
        found = [grid]
    return tuple(_distinct(found))


def _within(pixels: Pixels, ground: npt.NDArray[np.bool_], by_edges: Callable[[Block], Grid | None]) -> Iterator[Grid]:
    """Panels from the outermost in: one that is a grid is not looked into."""
    waiting = [(whole(pixels), 0)]
    looked_at = 0
    while waiting and looked_at < BLOCKS:
        block, depth = waiting.pop(0)
        looked_at += 1
        block = trimmed(block, ground)
        if min(block.height, block.width) < LEAST_CELL:
            continue
        part = ground[block.top : block.bottom, block.left : block.right]
        grid = _by_gaps(block, pixels, part)
        parts = [] if grid or depth >= DEPTH else list(panels(block, ground, least=LEAST_CELL))
        touching = by_edges(block) if grid is None else None
        if touching is not None and _gutters_arelines(touching, block, part):
            grid = touching
        if grid is not None:
            yield grid
        else:
            waiting += [(each, depth + 1) for each in parts]


def _gutters_arelines(grid: Grid, block: Block, ground: npt.NDArray[np.bool_]) -> bool:
    """Whether all gutters of the block lie thin along edges of its tiles: else they part panels."""
    for axis, cells, begin in ((0, grid.down, block.top), (1, grid.along, block.left)):
        pitch = cells[0][1] - cells[0][0]
        for before, after in itertools.pairwise(filled(ground, axis)):
            place = ((before[1] + after[0]) / 2 + begin - cells[0][0]) / pitch
            is_inner = 0 < round(place) < len(cells) and abs(place - round(place)) <= OFF_LINE
            if not is_inner or after[0] - before[1] > WIDEST_GUTTER * pitch:
                return False
    return True


def _distinct(found: list[Grid]) -> Iterator[Grid]:
    """The same place told twice, on two grounds, is one grid."""
    places: list[tuple[float, ...]] = []
    for grid in sorted(found, key=lambda each: (-each.count, not each.apart)):
        place = (grid.down[0][0], grid.down[-1][1], grid.along[0][0], grid.along[-1][1])
        if not any(_overlap(place, other) for other in places):
            places.append(place)
            yield grid


def _overlap(first: tuple[float, ...], second: tuple[float, ...]) -> bool:
    down = min(first[1], second[1]) - max(first[0], second[0])
    along = min(first[3], second[3]) - max(first[2], second[2])
    return down > 0 and along > 0


def _by_gaps(block: Block, pixels: Pixels, ground: npt.NDArray[np.bool_]) -> Grid | None:
    """The grid whose cells stand apart on one ground."""
    down, along = (_even(filled(ground, axis)) for axis in (0, 1))
    if not down or not along or len(down) * len(along) < FEWEST_CELLS:
        return None
    if max(len(down), len(along)) > 2 * MOST_ALONG:
        return None
    height, width = (float(np.median([last - first for first, last in runs])) for runs in (down, along))
    if min(height, width) < LEAST_CELL or not 1 / SQUARE <= height / width <= SQUARE:
        return None
    return _whole(
        Grid(
            pixels=pixels,
            apart=True,
            down=tuple((block.top + first, block.top + last) for first, last in down),
            along=tuple((block.left + first, block.left + last) for first, last in along),
        )
    )


def _even(runs: list[Run]) -> list[Run]:
    """Runs of one length at even places; short ones beside them are words. Empty when they are not even."""
    longest = max((last - first for first, last in runs), default=0)
    cells = [run for run in runs if run[1] - run[0] >= longest / 2]
    if len(cells) < 2:
        return cells
    pitches = np.diff([(first + last) / 2 for first, last in cells])
    pitch = float(np.median(pitches))
    lengths = [last - first for first, last in cells]
    slack = max(UNEVEN * pitch, 2.0)
    even = np.abs(pitches - pitch).max() <= slack and longest - min(lengths) <= max(2 * UNEVEN * pitch, 2.0)
    return cells if even else []


def _by_edges(block: Block, *, pixels: Pixels) -> Grid | None:
    """The finest grid of touching, nearly square tiles whose edges stand out on both axes."""
    if min(block.height, block.width) < LEAST_BLOCK // 2 or max(block.height, block.width) < LEAST_BLOCK:
        return None
    able = [
        (rows, columns)
        for rows, columns in itertools.product(range(1, MOST_ALONG + 1), repeat=2)
        if rows * columns >= FEWEST_CELLS
        and (rows - 1) + (columns - 1) >= 2 * FEWEST_LINES
        and 1 / SQUARE <= (block.height / rows) / (block.width / columns) <= SQUARE
    ]
    edges = Lines(block.of(pixels))
    finest_first = sorted(able, key=lambda each: -each[0] * each[1])
    found = next((each for each in finest_first if edges.fit(0, each[0]) and edges.fit(1, each[1])), None)
    if found is None:
        return None
    rows, columns = found
    down, along = _runs(block.top, block.height, rows), _runs(block.left, block.width, columns)
    return _whole(Grid(pixels=pixels, down=down, along=along))


def _runs(begin: int, length: int, count: int) -> tuple[tuple[float, float], ...]:
    pitch = length / count
    return tuple((begin + number * pitch, begin + (number + 1) * pitch) for number in range(count))


def _whole(grid: Grid) -> Grid | None:
    """The grid, unless a whole row or column of its cells is flat: that is what lies between two panels."""
    table = grid.flats.reshape(grid.rows, grid.columns)
    varied = not table.all()
    parted = varied and min(table.shape) > 1 and (table.all(axis=0).any() or table.all(axis=1).any())
    return None if parted else grid


def _inner(run: tuple[float, float], shrink: float, begin: int, shift: float) -> tuple[float, float]:
    length = run[1] - run[0]
    return run[0] + (shrink + shift) * length - begin, run[1] - (shrink - shift) * length - begin
