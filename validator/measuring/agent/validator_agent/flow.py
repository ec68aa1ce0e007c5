"""Which called module's output goes into which other one: a frozen encoder before a head, a decoder after a generator.

An argument comes from a module when it shares the storage of that module's output, or holds rows of it (features that
were computed beforehand, shuffled and batched again). What was computed from an output in between is not recognised.
Knows tallies and tensors; judges nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch
from torch.multiprocessing.reductions import StorageWeakRef

from .leaves import outside_of_modes
from .networks import Network, Registry
from .tally import Tally
from .verdicts import STRANGER_BELOW, resemblance

MAX_RECENT = 16
MAX_ROWS = 512
ROWS_ASKED = 32
ROW = 16
"""Elements of a row that tell it from others."""
MAX_REMEMBERED = 200_000
FREE_LOOKS = 40
SHARE = 0.01
"""Of the time, what looking at rows may take once the free looks are used."""


class Flow:
    """Notes on each tally which others it was fed by; frozen modules beside a trained network are `adopted`."""

    def __init__(self, registry: Registry, adopt: Callable[[Any], Network]) -> None:
        self._registry, self._adopt = registry, adopt
        self._recent: dict[int, tuple[Any, Tally]] = {}
        self._rows: dict[int, Tally] = {}
        self._widths: set[int] = set()
        self._refused: set[int] = set()
        self._looks = 0
        self._spent = 0.0
        self._began = time.monotonic()

    def entered(self, tally: Tally, arguments: Any) -> None:
        """A module is called with these."""
        quiet = not torch.is_grad_enabled()
        tally.came_from = None
        for argument in arguments[:4]:
            source = self._source(tally, argument) if isinstance(argument, torch.Tensor) else None
            if source is not None and source is not tally:
                tally.fed_by.setdefault(source.name, [0, 0])[quiet] += 1
                tally.dirty = True
                tally.came_from = source
                if source.network is None and _trained(tally):
                    self._found(source)

    def left(self, tally: Tally, output: Any) -> None:
        """A module has computed this."""
        if isinstance(output, (tuple, list)) and output:
            output = output[0]
        if not isinstance(output, torch.Tensor) or output.dim() < 2:
            return
        tally.output = tuple(output.shape)
        storage = output.untyped_storage()
        self._recent[storage._cdata] = (StorageWeakRef(storage), tally)  # type: ignore[no-untyped-call]
        if len(self._recent) > MAX_RECENT:
            self._recent.pop(next(iter(self._recent)))
        if not output.requires_grad:
            for row in self._looked_at(output, MAX_ROWS):
                self._rows[row] = tally
            self._widths.add(output.shape[1:].numel())
        if tally.fed_by and tally.network is None and _image(tally.output):
            fed_by_trained = any(t.name in tally.fed_by and _trained(t) for _, t in self._recent.values())
            if fed_by_trained:
                self._found(tally)

    def _source(self, tally: Tally, argument: Any) -> Tally | None:
        recent = self._recent.get(argument.untyped_storage()._cdata)
        if recent is not None and not recent[0].expired():
            return recent[1]
        if argument.dim() < 2 or not len(argument) or argument.shape[1:].numel() not in self._widths:
            return None
        rows = self._looked_at(argument, ROWS_ASKED)
        if not rows:  # no time to look: as it was the last time
            return tally.source
        tally.source = next((self._rows[row] for row in rows if row in self._rows), None)
        return tally.source

    def _looked_at(self, tensor: Any, most: int) -> list[int]:
        """What tells rows of this tensor apart, as far as the time for looking allows."""
        now = time.monotonic()
        if self._looks >= FREE_LOOKS and self._spent > SHARE * (now - self._began):
            return []
        if len(self._rows) > MAX_REMEMBERED or not tensor.is_floating_point():
            return []
        self._looks += 1
        step = max(1, len(tensor) // most)
        with outside_of_modes():
            rows = tensor.detach()[::step][:most].flatten(1)[:, :ROW].to("cpu", torch.float32).contiguous().numpy()
        words = [row.tobytes() for row in rows if row.any()]
        self._spent += time.monotonic() - now
        return list(map(hash, words))

    def _found(self, tally: Tally) -> None:
        """A module that no gradient reached stands beside a trained network; copies of trained ones do not."""
        module = tally.module()
        if module is None or id(module) in self._refused:
            return
        similarity, nearest = resemblance(module, self._registry)
        if nearest is not None and similarity >= STRANGER_BELOW:
            self._refused.add(id(module))
            return
        tally.network = self._adopt(module)
        tally.dirty = True


def _trained(tally: Tally) -> bool:
    network = tally.network or tally.copy_of
    return network is not None and network.trained


def _image(shape: tuple[int, ...]) -> bool:
    return len(shape) == 4 and shape[1] in (1, 3) and min(shape[2:]) > 4
