"""Values that a network's parameters had, one evaluation after another: how many, and whether a training began anew.

A compiled function does not know whose parameters it is given: seeds and trials trained by the same function are told
apart by their values, of which each step changes little. Knows words of leaves only. Runs at each step: every
microsecond here is one of the student's.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Any

import numpy as np

RECENT = 64
"""Evaluations may arrive out of order, or return to a value a little later: that is no new value."""
MOST_CHAINS = 16
ANEW_AFTER = 3
"""Values after which meeting the first one again is another training from the same start."""
NEAR = 0.7
"""Of its own size: a step that changes the parameters less goes on from where they were."""
FEWEST_SAMPLES = 24
SAME = 3e-7
"""A line search takes its last gradient where the optimiser then puts the parameters, give or take a rounding."""


class Value:
    """What one evaluation was taken at: the key tells values apart, the samples say how far apart."""

    __slots__ = ("key", "samples", "square", "sums")

    def __init__(self, words: Any, index: Any) -> None:
        self.sums = words[:, :2]
        self.key: bytes = self.sums.tobytes()
        self.samples = words.reshape(-1)[index].view(np.float32)
        self.square = float(self.samples.dot(self.samples))

    def distance(self, other: Value) -> float:
        """How far apart, in units of the larger one; 0 where that cannot be said."""
        if len(self.samples) != len(other.samples):
            return 0.0
        apart = self.samples - other.samples
        size = max(self.square, other.square)
        ratio = float(apart.dot(apart)) / size if size else 0.0
        return ratio**0.5 if ratio == ratio else 0.0  # noqa: PLR0124 - not a number where the values are none


class Chain:
    """One line of values, each a step from the one before."""

    def __init__(self) -> None:
        self.values = self.evaluations = self.restarts = self.calls = 0
        self.copies = 1
        self.first = self.last = b""
        self.value: Value | None = None
        self.result: Value | None = None
        """What the last optimiser call made; None where no such call is seen."""
        self.made_since = False
        """Whether that call came after the last evaluation at a new value."""
        self.changes: Any = 0
        """For each leaf, how often it has changed."""
        self.changed_ns = 0
        """When its last new value came."""
        self.network: Any = None
        self._recent: OrderedDict[bytes, None] = OrderedDict()
        self._usual = 0.0
        self._left = 0

    def add(self, value: Value) -> None:
        """An evaluation at this value."""
        self.evaluations += 1
        if value.key in self._recent:
            return
        before = self.value
        if before is None:
            self.first = value.key
            self.changes = np.zeros(len(value.sums), np.int64)
        else:
            self.restarts += value.key == self.first
            self._usual = max(self._usual * 0.9, value.distance(before))
            differs = value.sums != before.sums
            self.changes += differs[:, 0] | differs[:, 1]
        self.values += 1
        self.made_since = False
        self.changed_ns = time.monotonic_ns()
        self.last, self.value = value.key, value
        self._recent[value.key] = None
        if len(self._recent) > RECENT:
            self._recent.popitem(last=False)

    def made(self, value: Value) -> None:
        """An optimiser made this value."""
        self.calls += 1
        self.result, self.made_since = value, True

    def absorb(self, other: Chain) -> None:
        """The other one goes on where this one has stopped."""
        self.values += other.values
        self.evaluations += other.evaluations
        self.restarts += other.restarts
        self.calls += other.calls
        self.last, self.value = other.last, other.value
        self.result, self.made_since = other.result, other.made_since
        self.changed_ns = other.changed_ns
        self.changes = self.changes + other.changes + 1
        self._recent.update(other._recent)
        self._usual = max(self._usual, other._usual)

    @property
    def usual_step(self) -> float:
        """How far one step has gone lately, in units of the values themselves."""
        return self._usual

    def left(self, *, at_end: bool) -> int:
        """How many of the values were left. Whether the last one was is known from what the optimiser made last.

        Where no optimiser is seen, the last one counts at the end: who takes gradients at many values leaves them.
        """
        if self.value is None or (not at_end and not self.made_since):
            known = max(0, self.values - 1)
        elif self.result is not None:
            known = self.values - int(self.result.distance(self.value) < SAME)
        else:
            known = self.values if self.values > 1 else 0
        self._left = max(self._left, known)
        return self._left

    def widest(self) -> int:
        """The largest number of values that one leaf had, out of those that were left."""
        most = int(np.max(self.changes, initial=0))
        return self._left if most >= self.values - 1 else min(self._left, most)

    def accepts(self, value: Value) -> bool:
        """Whether this may be its next value: anything but a fresh initialisation may."""
        if self.value is None:
            return True
        far = value.distance(self.value)
        if far < NEAR or far < min(4 * self._usual, 1.0) or len(value.samples) < FEWEST_SAMPLES:
            return True
        sizes = value.square**0.5, self.value.square**0.5
        if not min(sizes) * 3 > max(sizes):
            return True
        cosine = float(value.samples.dot(self.value.samples)) / (sizes[0] * sizes[1])
        return bool(abs(cosine) > 2.5 / len(value.samples) ** 0.5)


class Chains:
    """All lines of values of parameters of one shape, as they were met on one device."""

    def __init__(self) -> None:
        self.all: list[Chain] = []
        self.active: Chain | None = None

    def evaluated(self, value: Value, *, inner: bool) -> Chain:
        """The line that goes on with this value. An inner loop's values belong to the line it runs within."""
        active = self.active
        if active is None or not (inner or value.key == active.last):
            active = self._line_of(value)
        active.add(value)
        self.active = self._settled(active) if len(self.all) > 1 else active
        return self.active

    def made(self, value: Value) -> Chain | None:
        """The line in which an optimiser made this value: the one least far from it."""
        near = self.active
        if len(self.all) > 1:
            near = min(self.all, key=lambda chain: value.distance(chain.value or value))
        if near is not None:
            near.made(value)
        return near

    def _line_of(self, value: Value) -> Chain:
        """The active line where that may be, else the nearest; a new one for a fresh initialisation."""
        full = len(self.all) >= MOST_CHAINS
        again = any(chain.first == value.key and chain.values >= ANEW_AFTER for chain in self.all)
        if self.active is None or (again and not full):
            return self._begun()
        if self.active.accepts(value):
            return self.active
        nearest = min(self.all, key=lambda chain: value.distance(chain.value or value))
        return nearest if full or nearest.accepts(value) else self._begun()

    def _settled(self, chain: Chain) -> Chain:
        """The line as it must be read: one that stopped at its first value is the beginning of the next."""
        place = self.all.index(chain)
        before = self.all[place - 1] if place else None
        if before is not None and before.values == 1 and chain.values > 1 and before.first != chain.first:
            before.absorb(chain)
            del self.all[place]
            return before
        return chain

    def _begun(self) -> Chain:
        self.all.append(Chain())
        return self.all[-1]


def places_to_compare(shapes: tuple[tuple[int, ...], ...], words: int) -> Any:
    """Where among the words of all leaves the samples of weights are; of all leaves where no leaf is a weight."""
    weights = [index for index, shape in enumerate(shapes) if len(shape) > 1] or list(range(len(shapes)))
    sizes = [min(words - 2, int(np.prod(shapes[index]))) for index in weights]
    starts = [index * words + 2 for index in weights]
    return np.concatenate([np.arange(start, start + size) for start, size in zip(starts, sizes, strict=True)])
