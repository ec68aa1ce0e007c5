"""The harness's own cells after the student's: what they run, and the order of images that only the harness knows."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from validator.measuring.probes.run_executed import Window
from validator.measuring.probes.run_scratch import fresh, remove, settled
from validator.measuring.probes.task import Task

if TYPE_CHECKING:
    import numpy as np

CHUNK_IMAGES = 4096
_PREDICT = "__import__('validator_agent.windows').windows.predict({images!r})"
_SAMPLE = "__import__('validator_agent.windows').windows.sample({count}, {seed})"


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


def windows(task: Task, *, role: str, folder: Path, order: Order) -> tuple[tuple[Window, ...], str]:
    """The cells this role needs, and why there are none where there should be one. `folder` is in the scratch."""
    if task.plan.execute == "smoke":
        return (), "a smoke run ends training early, so nothing is predicted or sampled"
    if role == task.plan.classifier_role:
        why = _shuffled_images(task, folder / "images.npy", order)
        if why:
            return (), why
        return (Window(name="predict", code=_PREDICT.format(images=str(folder / "images.npy"))),), ""
    if role == task.plan.generator_role:
        code = _SAMPLE.format(count=task.plan.samples, seed=task.plan.seed)
        return (Window(name="sample", code=code),), ""
    return (), ""


def _shuffled_images(task: Task, file: Path, order: Order) -> str:
    """Write the official train and test images in an order nobody else knows; why not, or empty text."""
    from validator.measuring import datasets

    data = Path(task.data) if task.data else None
    if task.plan.classifier_data != "addnist":
        return f"the data set {task.plan.classifier_data} has no reader"
    try:
        splits = [
            datasets.addnist.load(data, "train", lookalike=task.lookalike).images,
            datasets.addnist.load(data, "test", lookalike=task.lookalike).images,
        ]
    except datasets.DataError as error:
        return str(error)
    order.indices = _permutation(sum(len(images) for images in splits))
    # The student's code had this folder: it may be gone, and a link may wait under the file's name.
    settled(task.run_folder(task.plan.classifier_role), file.parent)
    remove(file)
    _write(file, splits, order.indices)
    return ""


def _permutation(count: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    import numpy as np

    secret = int.from_bytes(os.urandom(16), "big")
    return np.random.default_rng(secret).permutation(count).astype(np.int64)


def _write(file: Path, splits: list[Any], indices: np.ndarray[Any, np.dtype[np.int64]]) -> None:
    """Images float32 (n, c, h, w), chunk by chunk: the official set is half a gigabyte."""
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
