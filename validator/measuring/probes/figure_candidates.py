"""Pictures that a figure of the paper is compared with: stored in notebooks, shown by the run, pasted into text.

Each offers its tiles. Hostile bytes; in the child process only.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np

from validator.measuring.datasets import DataError
from validator.measuring.datasets.npy import load_npy
from validator.measuring.probes import figure_decoding, figure_outputs
from validator.measuring.probes.figure_blocks import Pixels
from validator.measuring.probes.figure_grids import Grid, cut_alike, grids
from validator.measuring.probes.figure_lines import SIDE
from validator.measuring.probes.figure_matching import Tiles
from validator.measuring.probes.handed import read_json, tables

Origin = Literal["stored", "run", "pasted"]

BATCH_BYTES = 1024 * 3 * 32 * 32 + 4096
BATCHES = 100
FEWEST = 8


@dataclass(frozen=True, kw_only=True)
class Shot:
    """The grid that one picture shows, and its tiles."""

    grid: Grid
    tiles: Tiles


class Candidate:
    """One picture with where it comes from and its place in words."""

    def __init__(
        self, *, origin: Origin, place: str, pixels: Pixels | None = None, batch: Pixels | None = None
    ) -> None:
        """Either `pixels` uint8 (height, width, 3), or a `batch` uint8 (n, 3, 32, 32) before it became a picture."""
        self.origin = origin
        self.place = place
        self._pixels = pixels
        self._batch = batch

    def as_cut(self, rows: int, columns: int) -> Iterator[Shot]:
        """Its tiles if it were a grid of so many: quick, and enough for a picture that is nothing but the batch."""
        if self._batch is not None:
            yield _of_batch(self._batch, columns)
        elif self._pixels is not None:
            yield from (_of_grid(grid) for grid in cut_alike(self._pixels, rows=rows, columns=columns))

    @cached_property
    def as_found(self) -> tuple[Shot, ...]:
        """The tiles of each grid that it shows."""
        return tuple(_of_grid(grid) for grid in grids(self._pixels)) if self._pixels is not None else ()


def of_notebook(file: Path, *, name: str, origin: Origin) -> Iterator[tuple[Candidate, figure_outputs.Stored]]:
    """The pictures in a notebook's file that can be decoded."""
    for stored in figure_outputs.stored(file):
        with contextlib.suppress(figure_decoding.Undecodable):
            pixels = figure_decoding.of_bytes(stored.content)
            place = f"cell {stored.cell} of {name}"
            yield Candidate(origin="pasted" if stored.pasted else origin, place=place, pixels=pixels), stored


def of_handed(folder: Path, *, name: str) -> Iterator[Candidate]:
    """The batches that a run showed, as they were before they became one picture."""
    entries: tuple[object, ...] = ()
    with contextlib.suppress(DataError):
        entries = tables(read_json(folder / "pictures.json"))[-BATCHES:]
    for entry in entries:
        file, cell = entry.get("file"), entry.get("cell")  # type: ignore[attr-defined]
        with contextlib.suppress(DataError, ValueError):
            if isinstance(file, str) and file.startswith("pictures-") and "/" not in file:
                batch = load_npy(folder / file, dtype="|u1", shape=(None, 3, 32, 32), max_bytes=BATCH_BYTES)
                if len(batch) >= FEWEST:
                    place = f"cell {cell} of {name}" if type(cell) is int else name
                    yield Candidate(origin="run", place=place, batch=batch)


def _of_grid(grid: Grid) -> Shot:
    return Shot(grid=grid, tiles=Tiles.of_grid(grid))


def _of_batch(batch: Pixels, columns: int) -> Shot:
    pictures = batch.transpose(0, 2, 3, 1)
    small = pictures.reshape(len(batch), SIDE, 2, SIDE, 2, 3).mean(axis=(2, 4))
    rows = -(-len(batch) // columns)
    sheet = np.full((rows * columns, 32, 32, 3), 255, dtype=np.uint8)
    sheet[: len(batch)] = pictures
    picture = sheet.reshape(rows, columns, 32, 32, 3).transpose(0, 2, 1, 3, 4).reshape(rows * 32, columns * 32, 3)
    down, along = (tuple((32.0 * each, 32.0 * each + 32) for each in range(count)) for count in (rows, columns))
    return Shot(grid=Grid(pixels=picture, apart=True, down=down, along=along), tiles=Tiles(values=small[None]))
