"""Counts optimiser calls for each network; knows which networks an optimiser steps, nothing of records."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from .counting import Counting
from .networks import Network
from .owners import held_by
from .regimes import Regimes


class Steps:
    """What optimisers do to the networks they hold; `stepped(network)` is told of each call."""

    def __init__(self, counting: Counting, stepped: Callable[[Network], None]) -> None:
        self._counting, self._stepped = counting, stepped
        self.regimes = Regimes()
        self._holds: dict[int, tuple[weakref.ref[Any], Any, list[Any]]] = {}

    def before(self, optimiser: Any) -> None:
        """An optimiser is about to step: its tensors belong to networks; what keys will not tell is compared."""
        held = self._held(optimiser)
        searching = _searches(optimiser)
        if searching or any(map(_deceives, optimiser.param_groups)):
            for network, _ in held:
                network.values.watch()
                network.values.doubt |= searching

    def after(self, optimisers: list[Any]) -> None:
        """The outermost call of these has ended."""
        touched: dict[int, Network] = {}
        for optimiser in optimisers:
            for network, references in self._held(optimiser):
                if network.number not in touched and any(_has_gradient(reference) for reference in references):
                    touched[network.number] = network
        for network in touched.values():
            self._called(network, optimisers)

    def _called(self, network: Network, optimisers: list[Any]) -> None:
        network.calls += 1
        self.regimes.stepped(network, optimisers)
        self._counting.attribution.stepped(network.number)
        if network.updates and any(id(optimiser) in network.called_since_gradient for optimiser in optimisers):
            network.repeats += 1
        network.called_since_gradient.update(map(id, optimisers))
        before = network.updates
        self._counting.settle(network)
        if network.updates == before:
            network.dirty = True
            self._counting.write(network)
        self._stepped(network)

    def _held(self, optimiser: Any) -> list[tuple[Network, list[Any]]]:
        """The networks this optimiser steps, with their tensors; looked up again when its groups or networks change."""
        tensors = held_by(optimiser)
        registry = self._counting.registry
        key = tuple(map(id, tensors)), len(registry.networks)
        known = self._holds.get(id(optimiser))
        if known is not None and known[1] == key and known[0]() is optimiser:
            return known[2]
        self._counting.adoption.of_optimiser(tensors, all_of_them=_searches(optimiser))
        for new in registry.networks[key[1] :]:
            if new.fed:
                self._counting.reached_before(new)
        key = key[0], len(registry.networks)
        by_network: dict[int, tuple[Network, list[Any]]] = {}
        for tensor in tensors:
            network = registry.owner(tensor)
            if network is not None:
                by_network.setdefault(network.number, (network, []))[1].append(weakref.ref(tensor))
        self._holds = {name: held for name, held in self._holds.items() if held[0]() is not None}
        self._holds[id(optimiser)] = (weakref.ref(optimiser), key, list(by_network.values()))
        return self._holds[id(optimiser)][2]


def _searches(optimiser: Any) -> bool:
    """Whether it takes gradients within a step, along a line, and may go back on it."""
    return any(group.get("line_search_fn") for group in optimiser.param_groups)


def _deceives(group: Any) -> bool:
    """Whether version counters do not tell what is written: a fused step may leave none, a rate of zero no change."""
    rate = group.get("lr")
    return bool(group.get("fused") or group.get("capturable") or (type(rate) is float and rate == 0))


def _has_gradient(reference: Any) -> bool:
    tensor = reference()
    return tensor is not None and tensor.grad is not None
