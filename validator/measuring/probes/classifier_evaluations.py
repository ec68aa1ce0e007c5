"""What the student's own evaluations fed and got, as the agent handed it out: read, checked, not yet scored.

It comes from inside the student's process, so it is reported and not observed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.measuring.datasets import DataError
from validator.measuring.datasets.npy import load_npy
from validator.measuring.metrics.signatures import COLUMNS
from validator.measuring.probes.handed import is_plain_name, read_json, tables, text_of
from validator.measuring.probes.task import Task

NAME = "evaluations.json"
MOST_ENTRIES = 100
MOST_ROWS = 4_000_000
MOST_CLASSES = 100
MOST_BYTES = 128 << 20
"""Of one file, and of what is kept of all entries: one file may be named by many. The agent keeps less than half."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What one module answered between two updates of its network."""

    network: str
    module: str
    copy: bool
    """Whether the module is a copy of that network, such as an average."""
    shape: tuple[int, ...]
    """Of what it was fed, the batch aside."""
    after_update: int
    updates_since: int
    classes: npt.NDArray[np.int64]
    """Predicted class of each image (n,)."""
    outputs: int
    """How many outputs an image had."""
    signatures: npt.NDArray[np.float32] | None
    """(n, 12 or 24), rows of nothing but noughts where an image had none; None where no batch had any."""
    batches: npt.NDArray[np.int64]
    """(batches, 3): images, whether in training mode, whether signed."""
    noisy_layers: tuple[str, ...]
    """Classes of layers that answered as they do in training while the module was in training mode."""
    dropped: int
    skipped: int


def evaluations(task: Task) -> tuple[Judged, ...]:
    """In the order in which they were made. Raises DataError, with the reason, where there are none."""
    folder = task.handed(task.plan.classifier_role)
    path = folder / NAME
    if not path.exists():
        raise DataError(
            "no call of a PyTorch module was seen that no gradient followed: the run ended before its evaluation, or "
            "evaluates in a way that calls no module, such as a function that JAX compiled"
        )
    found: list[Judged] = []
    problems: list[str] = []
    held = 0
    for entry in tables(read_json(path), at_most=MOST_ENTRIES):
        try:
            judged = _judged(folder, entry)
        except DataError as error:
            problems.append(str(error))
            continue
        held += sum(part.nbytes for part in (judged.classes, judged.batches, judged.signatures) if part is not None)
        if held > MOST_BYTES:
            raise DataError(f"{NAME}: its entries hold more than {MOST_BYTES:,} bytes, at most so much is read")
        found.append(judged)
    if not found:
        raise DataError("; ".join(dict.fromkeys(problems)) or f"{NAME} names no evaluation")
    return tuple(found)


def _judged(folder: Path, entry: Mapping[str, Any]) -> Judged:
    classes, outputs = _classes(folder, _name(entry, "file"))
    batches = load_npy(
        folder / _name(entry, "batches_file"), dtype="<i4", shape=(None, 3), max_bytes=MOST_BYTES
    ).astype(np.int64)
    if not len(batches) or batches.min() < 0 or int(batches[:, 0].sum()) != len(classes):
        raise DataError(f"{NAME}: the batches of {text_of(entry, 'module')} are not its {len(classes):,} images")
    layers = entry.get("layers")
    noisy = layers.get("train") if isinstance(layers, dict) else None
    return Judged(
        network=text_of(entry, "network"),
        module=text_of(entry, "module"),
        copy=entry.get("copy") is True,
        shape=_shape(entry.get("shape")),
        after_update=_whole(entry, "after_update"),
        updates_since=_whole(entry, "updates_since"),
        classes=classes,
        outputs=outputs,
        signatures=_signatures(folder, entry, len(classes)),
        batches=batches,
        noisy_layers=tuple(text_of({"": name}, "") for name in noisy[:8]) if isinstance(noisy, list) else (),
        dropped=_whole(entry, "dropped"),
        skipped=_whole(entry, "skipped"),
    )


def _classes(folder: Path, name: str) -> tuple[npt.NDArray[np.int64], int]:
    """The class of the largest output, and the number of outputs: 0 where only the class was kept."""
    try:
        compact = load_npy(folder / name, dtype="|u1", shape=(None,), max_bytes=MOST_ROWS)
        return compact.astype(np.int64), 0
    except DataError:
        outputs = load_npy(folder / name, dtype="<f4", shape=(None, None), max_bytes=MOST_BYTES)
    if not len(outputs) or not 2 <= outputs.shape[1] <= MOST_CLASSES:
        raise DataError(f"{name}: shape {outputs.shape}, expected (n, classes)")
    # A diverged network answers NaN: its class is the first of them, as for the student's own argmax.
    return outputs.argmax(axis=1).astype(np.int64), outputs.shape[1]


def _signatures(folder: Path, entry: Mapping[str, Any], count: int) -> npt.NDArray[np.float32] | None:
    if entry.get("signatures") is None:
        return None
    found = load_npy(folder / _name(entry, "signatures"), dtype="<f4", shape=(count, None), max_bytes=MOST_BYTES)
    if found.shape[1] not in (COLUMNS, 2 * COLUMNS):
        raise DataError(f"{NAME}: signatures of shape {found.shape}, expected (n, {COLUMNS}) or (n, {2 * COLUMNS})")
    return found


def _name(entry: Mapping[str, Any], key: str) -> str:
    name = entry.get(key)
    if not isinstance(name, str) or not is_plain_name(name):
        raise DataError(f"{NAME}: {key} is no name of a file")
    return name


def _whole(entry: Mapping[str, Any], key: str) -> int:
    value = entry.get(key)
    return value if type(value) is int and 0 <= value < 1 << 53 else 0


def _shape(value: Any) -> tuple[int, ...]:
    sides = value if isinstance(value, list) and len(value) <= 8 else [None]
    if not all(type(side) is int and 0 < side < 1 << 31 for side in sides):
        raise DataError(f"{NAME}: the shape of what was fed is no list of sizes")
    return tuple(sides)
