"""The harness's own cells after the student's: what they run, and the order of images that only the harness knows."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from validator.measuring.probes.removal import remove
from validator.measuring.probes.run_executed import Window
from validator.measuring.probes.run_scratch import Scratch, fresh, settled
from validator.measuring.probes.task import Task

if TYPE_CHECKING:
    import numpy as np

CHUNK_IMAGES = 4096
_PREDICT = "__import__('validator_agent.windows').windows.predict({images!r}, seconds={seconds})"
_AGENT = "__import__('importlib').import_module('validator_agent.{module}').{call}"
_SAMPLE = _AGENT.format(module="sampling_window", call="sample({count}, {seed}, seconds={seconds})")
_INTERPOLATE = _AGENT.format(module="interpolating", call="interpolate({pairs}, {steps}, {seed}, seconds={seconds})")
_RESAMPLE = _AGENT.format(module="resampling", call="resample({count}, {seed}, seconds={seconds})")
RESAMPLE = "resample"
DRAWING_SHARE = 0.8
"""Of a window's time for drawing: what was drawn by then is handed out."""
PAIRS, STEPS = 8, 9
RESAMPLED = 1000
"""Samples drawn a second time: enough to compare two sets of images."""


@dataclass
class Order:
    """The secret order of the images, kept in memory until no code of the student is left to read it."""

    indices: np.ndarray[Any, np.dtype[np.int64]] | None = None
    """Place in the shuffled images to place in train followed by test."""

    def store(self, folder: Path) -> None:
        """Write `order.npy`, readable by its owner only. Call it when the kernel is gone."""
        if self.indices is None:
            return
        import numpy as np

        fresh(folder).chmod(0o700)
        file = folder / "order.npy"
        np.save(file, self.indices)
        file.chmod(0o600)


def windows(task: Task, *, role: str, scratch: Scratch, order: Order) -> tuple[tuple[Window, ...], str]:
    """The cells this role needs, and why there are none where there should be one."""
    if task.plan.execute == "smoke":
        return (), "a smoke run ends training early, so nothing is predicted or sampled"
    if role in task.plan.classifier_runs:
        images = scratch.told / "images.npy"
        why = _shuffled_images(task, role, images, order)
        if why:
            return (), why
        scratch.open_to_run(images, 0o644)
        return (Window(name="predict", code=_PREDICT.format(images=str(images), seconds=seconds_of(task))),), ""
    if role == task.plan.generator_role:
        return _sampling(task), ""
    return (), ""


def with_weights(cells: tuple[Window, ...], weights: Window | None) -> tuple[Window, ...]:
    """The cell that tries weights stands last, but before the one that takes away what networks were fed."""
    if weights is None:
        return cells
    taking = [cell for cell in cells if cell.name == RESAMPLE]
    return (*(cell for cell in cells if cell.name != RESAMPLE), weights, *taking)


def _sampling(task: Task) -> tuple[Window, ...]:
    """The last takes the data sets away, so nothing can follow it."""
    count, seed = task.plan.samples, task.plan.seed
    again = min(count, RESAMPLED)
    seconds = seconds_of(task)
    return (
        Window(name="sample", code=_SAMPLE.format(count=count, seed=seed, seconds=seconds)),
        Window(name="interpolate", code=_INTERPOLATE.format(pairs=PAIRS, steps=STEPS, seed=seed + 1, seconds=seconds)),
        Window(name=RESAMPLE, code=_RESAMPLE.format(count=again, seed=seed + 2, seconds=seconds)),
    )


def seconds_of(task: Task) -> float:
    """How long a cell of the harness may work, so that what it has can be handed out."""
    return DRAWING_SHARE * task.plan.run.window_seconds


def _shuffled_images(task: Task, role: str, file: Path, order: Order) -> str:
    """Write the official train and test images in an order nobody else knows; why not, or empty text."""
    from validator.measuring import datasets
    from validator.measuring.datasets.labelled import labelled

    data = Path(task.data) if task.data else None
    try:
        known = labelled(task.plan.classifier_data)
        splits = [known.read(data, split, lookalike=task.lookalike).images for split in ("train", "test")]
    except datasets.DataError as error:
        return str(error)
    order.indices = _permutation(sum(len(images) for images in splits))
    # Where the tier has no walls the student's code had this folder: a link may wait under the file's name.
    settled(task.run_folder(role), file.parent)
    remove(file)
    _write(file, splits, order.indices)
    return ""


def _permutation(count: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    import numpy as np

    secret = int.from_bytes(os.urandom(16), "big")
    return np.random.default_rng(secret).permutation(count).astype(np.int64)


def _write(file: Path, splits: list[Any], indices: np.ndarray[Any, np.dtype[np.int64]]) -> None:
    """Images (n, c, h, w) of the type they have, chunk by chunk: the official set may be half a gigabyte."""
    import numpy as np

    first, second = splits
    shape = (len(indices), *first.shape[1:])
    shuffled = np.lib.format.open_memmap(file, mode="w+", dtype=first.dtype, shape=shape)
    for start in range(0, len(indices), CHUNK_IMAGES):
        chunk = indices[start : start + CHUNK_IMAGES]
        in_first = chunk < len(first)
        part = np.empty((len(chunk), *first.shape[1:]), dtype=first.dtype)
        part[in_first] = first[chunk[in_first]]
        part[~in_first] = second[chunk[~in_first] - len(first)]
        shuffled[start : start + len(chunk)] = part
    shuffled.flush()
