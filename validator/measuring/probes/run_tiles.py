"""Grids of 32 by 32 pictures in one image file, cut into their tiles where the size says how. Knows files and sizes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from validator.measuring.probes.run_images import DEPTH, FOLDERS, FORMATS, SIDE, SUFFIXES, folders_below, size_of

MOST_PADDING = 8
MOST_TILES = 1024
FEWEST_TILES = 16
FILE_BYTES = 8_000_000
MOST_FILES = 200
MOST_LOOKED_AT = 5_000


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Tiles of 32 by 32 in rows and columns, `padding` pixels between them and around all, or between them only."""

    rows: int
    columns: int
    padding: int
    framed: bool

    @property
    def count(self) -> int:
        """How many tiles there are."""
        return self.rows * self.columns


def grid_of(width: int, height: int) -> Grid | None:
    """The geometry of an image of this size: the smallest padding that fits, with a frame, as torchvision's, first."""
    for padding in range(MOST_PADDING + 1):
        for framed in (True, False) if padding else (False,):
            cell, rest = SIDE + padding, padding if framed else -padding
            columns, rows = divmod(width - rest, cell), divmod(height - rest, cell)
            if columns[1] == rows[1] == 0 and FEWEST_TILES <= columns[0] * rows[0] <= MOST_TILES:
                return Grid(rows=rows[0], columns=columns[0], padding=padding, framed=framed)
    return None


def tiles_of(pixels: Any, grid: Grid) -> Any:
    """uint8 (n, 3, 32, 32) of an image uint8 (height, width, 3), in reading order; black tiles at the end are none."""
    import numpy as np

    first, cell = grid.padding if grid.framed else 0, SIDE + grid.padding
    tiles = [
        pixels[first + row * cell :, first + column * cell :][:SIDE, :SIDE].transpose(2, 0, 1)
        for row in range(grid.rows)
        for column in range(grid.columns)
    ]
    while tiles and not tiles[-1].any():
        tiles.pop()
    return np.stack(tiles) if tiles else np.zeros((0, 3, SIDE, SIDE), dtype=np.uint8)


def grids_below(root: Path, *, submission: Path | None) -> list[tuple[Path, Grid]]:
    """Image files below `root` that are such grids, the largest first; those that the submission brought are none."""
    found = itertools.islice(_files(root), MOST_LOOKED_AT)
    own = [file for file in found if submission is None or not (submission / file.relative_to(root)).exists()]
    sized = [(file, grid) for file in own if (grid := _grid_of_file(file)) is not None]
    return sorted(sized, key=lambda each: (-each[1].count, each[0].as_posix()))[:MOST_FILES]


def read_tiles(file: Path, grid: Grid) -> Any:
    """The tiles of a file whose header was seen to have this size; none when it cannot be decoded."""
    import numpy as np

    pixels = _decoded(file)
    if pixels is None:
        return np.zeros((0, 3, SIDE, SIDE), dtype=np.uint8)
    return tiles_of(pixels, grid)


def _files(root: Path) -> Iterator[Path]:
    for folder in itertools.islice(folders_below(root, depth=DEPTH), FOLDERS):
        try:
            entries = sorted(folder.iterdir())
        except OSError:
            continue
        for entry in entries:
            if entry.suffix.lower() in SUFFIXES and entry.is_file() and not entry.is_symlink():
                yield entry


def _grid_of_file(file: Path) -> Grid | None:
    try:
        if file.stat().st_size > FILE_BYTES:
            return None
    except OSError:
        return None
    size = size_of(file)
    return grid_of(*size) if size is not None and max(size) > SIDE else None


def _decoded(file: Path) -> Any:
    import warnings

    import numpy as np
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file, formats=FORMATS) as image:
                return np.asarray(image.convert("RGB"), dtype=np.uint8)
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        return None
