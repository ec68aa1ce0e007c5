"""Values that change between calls of a module although no gradient explains it: evolution, hand-written backprop.

Loads, moves and copies of trained networks are no training. Knows modules and values; nothing of engines or records.
"""

from __future__ import annotations

import functools
import time
import weakref
from collections.abc import Callable
from typing import Any

import torch

from .keys import keys_of, same
from .leaves import outside_of_modes
from .networks import Network, Registry
from .owners import tensors_of
from .sizes import elements
from .verdicts import STRANGER_BELOW, resemblance

EXPLAINED = 2
"""Changes that one gradient evaluation explains beyond its update: an average swapped in, and out again."""
SAMPLE = 256
PAUSE_NS = 50_000_000
"""Between two looks at values on a device, which make it wait."""


class Watch:
    """One module that is called, as it was at its last call."""

    def __init__(self, module: Any, tensors: list[Any], name: str) -> None:
        self.module = weakref.ref(module)
        self.name = name
        self.tensors = [weakref.ref(tensor) for tensor in tensors]
        self.key: Any = keys_of(tensors)
        self.largest = weakref.ref(max(tensors, key=lambda tensor: tensor.numel()))
        self.sample: Any = None
        self.sampled_ns = 0
        self.gradients = self.writes = self.sent = 0
        self.explained = EXPLAINED
        self.loaded = False

    def changed(self) -> bool:
        """Whether values differ from those of the last look."""
        tensors = [tensor for reference in self.tensors if (tensor := reference()) is not None]
        key, before = keys_of(tensors), self.key
        self.key = key
        largest = self.largest()
        if largest is None:
            return False
        now = time.monotonic_ns()
        if self.sample is not None and largest.device.type != "cpu" and now - self.sampled_ns < PAUSE_NS:
            return bool(key[0] != before[0])
        self.sampled_ns = now
        with outside_of_modes():
            sample = largest.detach().reshape(-1)[:SAMPLE]
            if self.sample is not None and key[0] == before[0] and same(sample, self.sample):
                return False
            moved = self.sample is not None and not same(sample, self.sample)
            self.sample = sample.clone()
        return bool(moved or (key[0] != before[0] and key[1] == before[1]))


def watch_loads(current: Callable[[], FreeWrites]) -> None:
    """Notice what is loaded: values that come from elsewhere are not trained here."""
    original = torch.nn.Module.load_state_dict

    @functools.wraps(original)
    def load_state_dict(module: Any, *args: Any, **kwargs: Any) -> Any:
        loaded = original(module, *args, **kwargs)
        current().loaded()
        return loaded

    torch.nn.Module.load_state_dict = load_state_dict  # type: ignore[method-assign, assignment]


class FreeWrites:
    """Counts such changes: on the network where gradients once reached one, else on the module that was called."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._watches: dict[int, Watch] = {}

    def loaded(self) -> None:
        """Values were loaded into some module: the next change of each is no training."""
        for watch in list(self._watches.values()):
            watch.loaded = True

    def called(self, module: Any, network: Network | None, name: str) -> None:
        """A module is called from outside any module."""
        watch = self._watches.get(id(module))
        if watch is None or watch.module() is not module:
            tensors = [tensor for tensor in tensors_of(module) if "Uninitialized" not in type(tensor).__name__]
            if tensors:
                watch = self._watches[id(module)] = Watch(module, tensors, name)
                watch.changed()
            return
        if network is not None and network.gradients != watch.gradients:
            watch.gradients, watch.explained, watch.loaded = network.gradients, EXPLAINED, False
            watch.key, watch.sample = ((), ()), None
            return
        if watch.key == ((), ()):  # the second call since an evaluation: nothing to compare with yet
            watch.changed()
            return
        if not watch.changed():
            return
        if watch.loaded:
            watch.loaded = False
        elif network is None:
            self._unreached(watch, module)
        elif watch.explained:
            watch.explained -= 1
        else:
            network.free_writes += 1
            network.dirty = True

    def news(self) -> list[dict[str, Any]]:
        """What `free` records say of modules that no gradient ever reached, as far as it changed."""
        said = []
        for watch in list(self._watches.values()):
            module = watch.module()
            if module is not None and watch.writes > watch.sent:
                watch.sent = watch.writes
                said.append({"name": watch.name, "elements": elements(tensors_of(module)), "writes": watch.writes})
        return said

    def _unreached(self, watch: Watch, module: Any) -> None:
        """Copies and averages of a trained network follow it: looked at when the number doubles."""
        writes = watch.writes + 1
        if writes & (writes - 1) == 0:
            similarity, nearest = resemblance(module, self._registry)
            if nearest is not None and similarity >= STRANGER_BELOW:
                return
        watch.writes = writes
