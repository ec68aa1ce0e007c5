"""Which files of weights and arrays that lie in the work folder hold no images of the data set: those may be read.

A sampler may load its own parameters each time it is asked; it may not load the training images under another name.
Runs in the student's process and on its files: what reading them does, the student could do as well.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from .likeness import Likeness, may_hold_images

SUFFIXES = (".npy", ".npz", ".pkl", ".pickle", ".pt", ".pth", ".ckpt")
MOST_FILES = 60
MOST_BYTES = 256 << 20
MOST_PARTS = 5000


def split(folder: str, known: Likeness) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Real paths of the files below `folder` that hold no such images, and of those that do."""
    clean: list[str] = []
    holding: list[str] = []
    for path in _files(folder):
        try:
            holds = any(_holds(part, known) for part in _parts(_content(path)))
        except Exception:  # noqa: S112 - what cannot be read here is left to its suffix
            continue
        (holding if holds else clean).append(os.path.realpath(path))
    return tuple(clean), tuple(holding)


def _files(folder: str) -> Iterator[Path]:
    found = 0
    for parent, folders, names in os.walk(folder, followlinks=False):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in sorted(names):
            path = Path(parent) / name
            if path.suffix.lower() in SUFFIXES and path.is_file() and path.stat().st_size <= MOST_BYTES:
                found += 1
                if found > MOST_FILES:
                    return
                yield path


def _content(path: Path) -> Any:
    suffix = path.suffix.lower()
    if suffix in (".npy", ".npz"):
        loaded = np.load(path, allow_pickle=True)
        return dict(loaded) if suffix == ".npz" else loaded
    if suffix in (".pkl", ".pickle"):
        with path.open("rb") as file:
            return pickle.load(file)  # noqa: S301 - in the student's own process
    return sys.modules["torch"].load(path, map_location="cpu", weights_only=False)


def _parts(content: Any) -> Iterator[Any]:
    """Arrays and tensors inside dictionaries and lists."""
    waiting, looked = [content], 0
    while waiting and looked < MOST_PARTS:
        thing = waiting.pop()
        looked += 1
        if isinstance(thing, dict):
            waiting += list(thing.values())
        elif isinstance(thing, (list, tuple)):
            waiting += list(thing)
        elif hasattr(thing, "shape") and hasattr(thing, "dtype"):
            yield thing


def _holds(part: Any, known: Likeness) -> bool:
    shape = tuple(part.shape)
    if not may_hold_images(shape) or 0 in shape:
        return False
    array = part.detach().float().cpu().numpy() if hasattr(part, "detach") else np.asarray(part)
    return array.dtype.kind in "uif" and known.holds(array)
