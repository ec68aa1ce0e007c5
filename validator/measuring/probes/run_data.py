"""Whether images are the data set's own, to the pixel. Knows the served data; nothing of samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from validator.measuring import datasets
from validator.measuring.probes.task import Task


def is_the_data_set(task: Task, images: Any) -> bool:
    """Whether most of these images uint8 (n, 3, 32, 32) are images of the data set; no where it cannot be read."""
    if task.plan.generator_data != "cifar100" or not len(images):
        return False
    data = Path(task.data) if task.data else None
    try:
        splits = [datasets.cifar100.load(data, split, lookalike=task.lookalike) for split in ("test", "train")]
    except datasets.DataError:
        return False
    known = {image.tobytes() for split in splits for image in split.images}
    return sum(image.tobytes() in known for image in images) * 2 > len(images)
