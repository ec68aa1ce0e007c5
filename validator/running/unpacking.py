"""Whether a submission is unpacked already: what was kept of unpacking it, and whether its files are all there."""

from __future__ import annotations

from pathlib import Path

from validator.evidence import Layout
from validator.measuring.probes.task import Task
from validator.running.stages import static_stage, unpack_stage
from validator.running.store import Store


def kept_unpacking(task: Task) -> Layout | None:
    """What unpacking said when it was done under today's key and its files are there; else None."""
    stage = unpack_stage(task)
    kept = Store(Path(task.home)).find(stage=stage.name, key=stage.key)
    if kept is None or kept.result.unpacked is None:
        return None
    there = kept.result.unpacked.refused is not None or task.unpacked.is_dir()
    return kept.result.unpacked if there else None


def kept_layout(task: Task) -> Layout | None:
    """The files as the static stage listed them under today's key; else None."""
    stage = static_stage(task)
    kept = Store(Path(task.home)).find(stage=stage.name, key=stage.key)
    return kept.result.layout if kept is not None else None


def is_whole(task: Task, layout: Layout) -> bool:
    """Whether every listed file lies there with its size: a power cut may leave names without content."""
    return all(_size(task.unpacked / entry.path) == entry.bytes for entry in layout.files)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except (OSError, ValueError):
        return -1
