"""Interpolation strips of a run: drawn by the harness, or found among the pictures that the run showed. Hostile.

`interpolations.npy` is uint8 (pairs, steps, 3, 32, 32), `interpolations.json` a table with `source` (`function ...`,
`latents ...`) or `why`. `pictures.json` is a list of tables with `file` (`pictures-3.npy`, uint8 (n, 3, 32, 32)),
`call`, `cell` and `columns`. A function of the student's own comes first, then what the run showed, then latents.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.measuring.datasets import DataError, cifar100
from validator.measuring.datasets.npy import load_npy
from validator.measuring.metrics.strips import gradual_strips
from validator.measuring.probes.handed import printable, read_json, tables, text_of
from validator.measuring.probes.task import Task

PAIRS = 8
FEWEST_STEPS, MOST_STEPS = 3, 64
IMAGE_BYTES = 3 * 32 * 32
HEADER_BYTES = 4096
MOST_IMAGES = 1024
MOST_STRIPS_IMAGES = 16_384
MOST_BATCHES = 100
NAME = re.compile(r"pictures-\d{1,6}\.npy")
NONE = "no interpolation was found in the run, and no sampler to draw one"

Images = npt.NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Strips:
    """At most eight strips uint8 (pairs, steps, 3, 32, 32), and where they come from, in words."""

    images: Images
    source: str


def strips_of(task: Task) -> Strips:
    """The strips to measure. Raises DataError with the reason when there are none."""
    folder = task.handed(task.plan.generator_role)
    origin = _origin(folder)
    source, why = text_of(origin, "source"), text_of(origin, "why")
    drawn: Strips | None = None
    try:
        drawn = _drawn(folder, source)
    except DataError as error:
        why = str(error)
    if drawn is not None and source.startswith("function"):
        return drawn
    found = _shown(folder) or drawn
    if found is None:
        raise DataError(f"{NONE}{f' ({why})' if why else ''}")
    return found


def _origin(folder: Path) -> Mapping[str, Any]:
    with contextlib.suppress(DataError):
        origin = read_json(folder / "interpolations.json")
        return origin if isinstance(origin, dict) else {}
    return {}


def _drawn(folder: Path, source: str) -> Strips | None:
    path = folder / "interpolations.npy"
    if not path.exists():
        return None
    most = MOST_STRIPS_IMAGES * IMAGE_BYTES + HEADER_BYTES
    images = load_npy(path, dtype="|u1", shape=(None, None, *cifar100.IMAGE_SHAPE), max_bytes=most)
    if not len(images) or not FEWEST_STEPS <= images.shape[1] <= MOST_STEPS:
        wanted = f"expected some pairs of {FEWEST_STEPS} to {MOST_STEPS} steps"
        raise DataError(f"interpolations.npy: shape {images.shape}, {wanted}")
    return Strips(images=images[:PAIRS], source=f"drawn by the harness: {source or 'it did not say from what'}")


def _shown(folder: Path) -> Strips | None:
    """The batch with the most strips, eight at most; of equals the last one, which is what the run ended with."""
    best: Strips | None = None
    for table in _batches(folder):
        strips = _strips(folder, table)
        if strips is not None and (best is None or len(strips.images) >= len(best.images)):
            best = strips
    return best


def _batches(folder: Path) -> Iterator[Mapping[str, Any]]:
    with contextlib.suppress(DataError):
        yield from tables(read_json(folder / "pictures.json"))[-MOST_BATCHES:]


def _strips(folder: Path, table: Mapping[str, Any]) -> Strips | None:
    """A batch that cannot be read shows nothing; the others do."""
    name, columns = table.get("file"), table.get("columns")
    if not isinstance(name, str) or not NAME.fullmatch(name) or not (folder / name).exists():
        return None
    try:
        most = MOST_IMAGES * IMAGE_BYTES + HEADER_BYTES
        images = load_npy(folder / name, dtype="|u1", shape=(None, *cifar100.IMAGE_SHAPE), max_bytes=most)
    except DataError:
        return None
    if len(images) < FEWEST_STEPS:
        return None
    found = gradual_strips(images, columns=columns if type(columns) is int and 0 < columns <= MOST_IMAGES else 0)
    return None if found is None else Strips(images=found[:PAIRS], source=_place(table))


def _place(table: Mapping[str, Any]) -> str:
    call, cell = text_of(table, "call"), table.get("cell")
    place = f" in cell {cell}" if type(cell) is int else f" in {printable(cell)}" if isinstance(cell, str) else ""
    return f"shown by the run{f' with {call}' if call else ''}{place}"
