"""Notices a network that is initialised anew in place; knows initialisers and networks, nothing of updates."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch

from .networks import Network

INITIALISERS = (
    "uniform_ normal_ trunc_normal_ xavier_uniform_ xavier_normal_ kaiming_uniform_ kaiming_normal_ orthogonal_ sparse_"
)
SHARE = 0.5
"""Of a network's scalars, how many must be drawn anew: a new head alone is no restart."""


class Restarts:
    """Sums, for each network, what initialisers wrote since its last gradient evaluation."""

    def __init__(self, counting: Callable[[], Any]) -> None:
        self._counting = counting
        self._drawn: dict[int, set[int]] = {}

    def install(self) -> None:
        """Stand before the initialisers of torch."""
        for name in INITIALISERS.split():
            original = getattr(torch.nn.init, name, None)
            if original is not None:
                setattr(torch.nn.init, name, self._watched(original))

    def begin(self, network: Network) -> None:
        """An evaluation reaches this network: what is drawn from now on counts together."""
        self._drawn.pop(network.number, None)

    def _watched(self, original: Any) -> Any:
        @functools.wraps(original)
        def initialiser(tensor: Any, *args: Any, **kwargs: Any) -> Any:
            if not torch.compiler.is_compiling():
                self._before(tensor)
            return original(tensor, *args, **kwargs)

        return initialiser

    def _before(self, tensor: Any) -> None:
        try:
            network = self._counting().registry.owner(tensor)
            if network is None or not network.updates:
                return
            self._counting().settle(network)
            drawn = self._drawn.setdefault(network.number, set())
            drawn.add(id(tensor))
            tensors = network.live_tensors()
            whole = sum(held.numel() for held in tensors)
            written = sum(held.numel() for held in tensors if id(held) in drawn)
            if written >= SHARE * whole > written - tensor.numel():
                network.restarts += 1
                network.dirty = True
        except Exception:
            return
