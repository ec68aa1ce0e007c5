"""Makes what a process holds of the data set useless: every array that holds its images is overwritten by noise.

Done once, after everything else. Whatever holds an array is found by Python's collector: data sets, loaders, names,
closures. What cannot be overwritten (read-only maps) is counted, never ignored.
"""

from __future__ import annotations

import gc
import pickle
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .likeness import Likeness, may_hold_images

CHUNK = 20_000
UNTRACKED = (dict, tuple, list)
SEED = 1
ENOUGH_LOOKS = 100
"""A data set kept as fifty thousand single tensors is not compared one by one."""


@dataclass
class Overwritten:
    """What was found: arrays and images overwritten, and arrays that could not be."""

    arrays: int = 0
    images: int = 0
    left: list[str] = field(default_factory=list)
    looks: dict[tuple[int, ...], list[int]] = field(default_factory=dict)
    """For each shape how many arrays were looked at, and how many held images of the data set."""

    def trusted(self, shape: tuple[int, ...]) -> bool:
        """Whether so many arrays of this shape held images that the next one need not be looked at."""
        looked, held = self.looks.get(shape, (0, 0))
        return looked >= ENOUGH_LOOKS and held >= 0.9 * looked

    @property
    def words(self) -> str:
        """One sentence."""
        return f"{self.arrays} arrays holding {self.images:,} images of the data set were overwritten by noise"


def likeness_of(served: dict[str, Any] | None) -> Likeness | None:
    """The served CIFAR-100, train and test; None when none is served."""
    if not served:
        return None
    folder = Path(served["root"]) / "cifar-100-python"
    splits = []
    for name in ("train", "test"):
        with (folder / name).open("rb") as file:
            splits.append(np.asarray(pickle.load(file, encoding="latin1")["data"], dtype=np.uint8))  # noqa: S301
    return Likeness(np.concatenate(splits).reshape(-1, 3, 32, 32))


def overwrite(known: Likeness) -> Overwritten:
    """Overwrite every array and tensor of this process that holds images of the data set."""
    found = Overwritten()
    rng = np.random.default_rng(SEED)
    for thing in list(_arrays()):
        try:
            _look(thing, known, rng, found)
        except Exception as error:
            found.left.append(f"{type(thing).__name__}: {error!r}"[:120])
    _rebind_jax(known, rng, found)
    return found


def _arrays() -> Iterator[Any]:
    """Each array, tensor and picture that anything in the process refers to, once."""
    torch = sys.modules.get("torch")
    pictures = sys.modules.get("PIL.Image")
    kinds = (np.ndarray, *((torch.Tensor,) if torch else ()), *((pictures.Image,) if pictures else ()))
    wanted: dict[type, bool] = dict.fromkeys(UNTRACKED, True)
    """Looked up by type: there are millions of references."""
    seen: set[int] = set()
    gc.unfreeze()  # what was frozen is not listed
    objects = gc.get_objects()
    for first in range(0, len(objects), CHUNK):
        waiting = gc.get_referents(*objects[first : first + CHUNK])
        while waiting:
            thing = waiting.pop()
            kind = type(thing)
            if kind not in wanted:
                wanted[kind] = issubclass(kind, kinds)
            if not wanted[kind] or id(thing) in seen:
                continue
            if kind not in UNTRACKED:
                seen.add(id(thing))
                yield thing
            elif not gc.is_tracked(thing):  # holds nothing that the collector tracks, such as arrays
                seen.add(id(thing))
                waiting += gc.get_referents(thing)


def _look(thing: Any, known: Likeness, rng: Any, found: Overwritten) -> None:
    if hasattr(thing, "getbands"):
        _picture(thing, known, rng, found)
        return
    shape = tuple(thing.shape)
    is_array = isinstance(thing, np.ndarray)
    if not may_hold_images(shape) or 0 in shape or (is_array and thing.dtype.kind not in "uif"):
        return
    if found.trusted(shape) or _holds(thing, known, is_array, found):
        (_overwrite_array if is_array else _overwrite_tensor)(thing, rng)
        found.arrays += 1
        found.images += int(np.prod(shape)) // int(np.prod(shape[-3:] if len(shape) > 2 else shape[-1:]))


def _holds(thing: Any, known: Likeness, is_array: bool, found: Overwritten) -> bool:
    values = thing if is_array else _rows_of(thing)
    holds = values is not None and known.holds(values)
    looks = found.looks.setdefault(tuple(thing.shape), [0, 0])
    looks[0], looks[1] = looks[0] + 1, looks[1] + holds
    return holds


def _rows_of(tensor: Any) -> Any:
    """Some rows of a tensor as an array; None for what has no values."""
    if tensor.is_meta or tensor.layout != sys.modules["torch"].strided or tensor.is_complex() or not tensor.numel():
        return None
    inner = tensor.shape[-3:] if tensor.dim() > 2 else tensor.shape[-1:]
    rows = tensor.detach().reshape(-1, *inner)
    return rows[:: max(1, len(rows) // 24)][:24].float().cpu().numpy()


def _overwrite_array(array: Any, rng: Any) -> None:
    if not array.flags.writeable:
        array.setflags(write=True)  # raises where the memory is not the array's own
    rows = array[None] if array.ndim == 1 else array
    low, high = float(array[:1].min()), float(array[:1].max())
    for first in range(0, len(rows), 1000):
        part = rows[first : first + 1000]
        noise = rng.integers(0, 256, part.shape) if array.dtype.kind in "ui" else rng.uniform(low, high, part.shape)
        part[...] = noise.astype(array.dtype)


def _overwrite_tensor(tensor: Any, rng: Any) -> None:
    torch: Any = sys.modules["torch"]
    with torch.inference_mode():
        values = tensor.detach()
        low, high = float(values[:1].min()), float(values[:1].max())
        for first in range(0, len(values), 1000):
            part = values[first : first + 1000]
            noise = rng.random(tuple(part.shape), dtype=np.float32)
            scaled = noise * 255 if not part.is_floating_point() else noise * (high - low) + low
            part.copy_(torch.from_numpy(np.asarray(scaled)))


def _picture(picture: Any, known: Likeness, rng: Any, found: Overwritten) -> None:
    if picture.size != (32, 32) or picture.mode != "RGB" or not known.holds(np.asarray(picture)):
        return
    picture.frombytes(rng.integers(0, 256, 3072, dtype=np.uint8).tobytes())
    found.arrays, found.images = found.arrays + 1, found.images + 1


def _rebind_jax(known: Likeness, rng: Any, found: Overwritten) -> None:
    """JAX's arrays cannot be written: names of the notebook that hold images get noise instead."""
    jax = sys.modules.get("jax")
    if jax is None:
        return
    space = vars(sys.modules["__main__"])
    for name, value in list(space.items()):
        if isinstance(value, jax.Array) and may_hold_images(value.shape) and known.holds(np.asarray(value)):
            space[name] = jax.numpy.asarray(rng.random(value.shape)).astype(value.dtype)
            found.arrays, found.images = found.arrays + 1, found.images + int(np.prod(value.shape)) // 3072
