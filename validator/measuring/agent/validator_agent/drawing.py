"""Draws from a sampler with a seed and within a time: the same seed twice starts from the same state twice.

Knows seeds, clocks and the notebook's names; nothing of networks. Used by the harness's own cells only.
"""

from __future__ import annotations

import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

import numpy as np

from . import sampling

AGAIN_SECONDS = 5.0
FIRST_SHARE, FEWER = 0.5, 20
"""Of the time for the first batch; a sampler that is too slow for it is asked for so many times fewer images."""


class OutOfTime(BaseException):
    """Ends a sampler that takes too long; no `except Exception` of a student's catches it."""


CAUGHT = (Exception, SystemExit, OutOfTime)
"""What a student's sampler may raise into a cell of the harness."""


@dataclass(frozen=True)
class Sampler:
    """Something that gives `n` images when asked for `n`."""

    name: str
    draw: Callable[[int], Any]
    convention: bool = False


@dataclass(frozen=True)
class Drawn:
    """Images `(n, 3, 32, 32)` uint8 or float32 as the sampler gave them, and how that went."""

    images: Any
    repeats: bool
    """One call gave what the call before it gave."""
    seconds: float
    note: str
    """Why there are fewer than were asked for; empty text when there are not."""


class Names:
    """The notebook's names as they are now; `restore` binds each to what it was bound to."""

    def __init__(self) -> None:
        self._space = vars(sys.modules["__main__"]) if "__main__" in sys.modules else {}
        self._bound = dict(self._space)

    def restore(self) -> None:
        """A sampler may count, split keys or delete: the next draw starts from the same names."""
        self._space.update(self._bound)

    def put_back(self) -> None:
        """Only what was deleted."""
        for name in self._bound.keys() - self._space.keys():
            self._space[name] = self._bound[name]


def seeded(seed: int) -> None:
    """Seed every generator that a student's sampler may use, those among the notebook's names included."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.manual_seed(seed)
    space = vars(sys.modules["__main__"])
    if "jax" in sys.modules:
        from .jax_keys import reseeded

        space.update(reseeded(space, seed))
    for value in list(space.values()):
        if torch is not None and isinstance(value, torch.Generator):
            value.manual_seed(seed)
        elif isinstance(value, np.random.Generator):
            value.bit_generator.state = type(value.bit_generator)(seed).state
        elif isinstance(value, (np.random.RandomState, random.Random)):
            value.seed(seed % 2**32)


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in what runs longer, or longer than a limit around this one allows.

    Where there is no alarm, or off the main thread, nothing is limited.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    inside = getattr(signal.getsignal(signal.SIGALRM), "__module__", "") == __name__  # else an alarm of the student's
    outer = signal.getitimer(signal.ITIMER_REAL)[0] if inside else 0.0
    seconds, began = min(seconds, outer or seconds), time.monotonic()

    def ring(number: int, frame: FrameType | None) -> None:
        raise OutOfTime(f"it took longer than {seconds:.0f} s")

    before = signal.signal(signal.SIGALRM, ring)
    # Again and again: one that comes into a finaliser, or meets a bare `except`, is lost.
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.01), AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if outer:
            signal.setitimer(signal.ITIMER_REAL, max(outer - (time.monotonic() - began), 0.01), AGAIN_SECONDS)


def drawn(sampler: Sampler, count: int, seed: int, *, batch: int, seconds: float) -> Drawn:
    """Up to `count` images in batches. Raises what the sampler raises before it has given any."""
    names, began = Names(), time.monotonic()
    seeded(seed)
    batches: list[Any] = []
    note, repeats = "", False
    try:
        with limited(seconds):
            for images in _batches(sampler, count, batch, seed, seconds):
                batches.append(images)
                names.put_back()
                repeats = len(batches) == 2 and _same(*batches)
                if repeats:
                    break
        if repeats:
            return _at_once(sampler, count, batches[0], seed, seconds=seconds - (time.monotonic() - began))
    except CAUGHT as error:
        if not batches:
            raise
        note = f"after {sum(map(len, batches)):,} images: {error!r}"[:300]
    finally:
        names.put_back()
    images = np.concatenate(batches)[:count]
    return Drawn(images=images, repeats=False, seconds=time.monotonic() - began, note=note)


def _batches(sampler: Sampler, count: int, batch: int, seed: int, seconds: float) -> Iterator[Any]:
    try:
        with limited(seconds * FIRST_SHARE):
            images = _batch(sampler, min(batch, count))
    except OutOfTime:
        batch = max(1, batch // FEWER)
        seeded(seed)
        images = _batch(sampler, min(batch, count))
    got = len(images)
    yield images
    while got < count:
        images = _batch(sampler, min(batch, count - got))
        got += len(images)
        yield images


def _batch(sampler: Sampler, count: int) -> Any:
    images = sampling.as_images(sampler.draw(count), whose=sampler.name)
    if len(images) == 0:
        raise ValueError(f"{sampler.name} returned no images")
    return images


def _at_once(sampler: Sampler, count: int, first: Any, seed: int, *, seconds: float) -> Drawn:
    """A sampler that seeds itself gives the same batch again: it is asked for all, and else keeps one batch."""
    began = time.monotonic()
    try:
        seeded(seed)
        with limited(seconds):
            images = sampling.as_images(sampler.draw(count), whose=sampler.name)[:count]
        if len(images) > len(first):
            return Drawn(images=images, repeats=True, seconds=time.monotonic() - began, note="")
        note = f"each call gives the same {len(first):,} images"
    except CAUGHT as error:
        note = f"each call gives the same {len(first):,} images, and asked for {count:,} at once: {error!r}"[:300]
    return Drawn(images=first, repeats=True, seconds=time.monotonic() - began, note=note)


def _same(left: Any, right: Any) -> bool:
    """Whether the shorter is how the longer begins."""
    shorter = min(len(left), len(right))
    return bool(np.array_equal(left[:shorter], right[:shorter]))
