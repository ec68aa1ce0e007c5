"""Whether a network starts where an earlier one stood: a copy that is trained on continues the same training.

Knows values of tensors only. A second training from the same initial values continues nothing; one from values that
lie near an earlier network's last ones does: they were computed from them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch

from .leaves import outside_of_modes
from .networks import MAX_TENSORS, Network, fingerprint

MAX_COMPARED = 4096
NEAR = 0.9
"""Cosine of two states of one training; two initialisations have about 0."""


class Lineage:
    """Remembers what trained networks held at the ends of cells, also after they are gone."""

    def __init__(self) -> None:
        self._held: dict[tuple[float, ...], str] = {}
        self._first: dict[int, Any] = {}

    def remember(self, network: Network) -> None:
        """The end of a cell: these values are the network's, should another one start from them."""
        values = _values(network)
        if values and network.updates:
            self._held[values] = network.name

    def ancestor(self, network: Network, others: Iterable[Network]) -> str | None:
        """The trained network whose values this new one starts from, of those alive and those remembered."""
        values = network.began_at = _values(network)
        if not values:
            return None
        shapes = [tensor.shape for tensor in network.live_tensors()]
        for other in others:
            alike = other is not network and other.updates > 0
            if alike and [t.shape for t in other.live_tensors()] == shapes and _values(other) == values:
                return other.name
        rest = [other for other in others if other is not network]
        return self._held.get(values) or self._near(network, rest, shapes)

    def _near(self, network: Network, others: list[Network], shapes: list[Any]) -> str | None:
        own = self._first[network.number] = _sample(network)
        best: tuple[float, str | None] = (float("inf"), None)
        for other in others[-MAX_TENSORS:]:
            first, now = self._first.get(other.number), _sample(other)
            if own is None or first is None or now is None or now.shape != own.shape:
                continue
            if [tensor.shape for tensor in other.live_tensors()] != shapes:
                continue
            away, from_first = float((own - now).norm()), float((own - first).norm())
            near = float(own @ now) > NEAR * float(own.norm() * now.norm())
            if near and 0 < away <= from_first and away < best[0]:
                best = (away, other.name)
        return best[1]


def _sample(network: Network) -> Any:
    """Values of its largest matrix."""
    weights = [tensor for tensor in network.live_tensors() if tensor.dim() >= 2 and tensor.is_floating_point()]
    if not weights:
        return None
    with outside_of_modes():
        largest = max(weights, key=lambda tensor: tensor.numel()).detach().reshape(-1)[:MAX_COMPARED]
        return largest.to("cpu", torch.float32, copy=True)


def _values(network: Network) -> tuple[float, ...]:
    return fingerprint(network.live_tensors())
