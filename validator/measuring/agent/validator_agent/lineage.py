"""Whether a network starts where an earlier one stood: a copy that is trained on continues the same training.

Knows values of tensors only. A second training from the same initial values continues nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from .networks import Network, value_of

MAX_TENSORS = 24


class Lineage:
    """Remembers what trained networks held at the ends of cells, also after they are gone."""

    def __init__(self) -> None:
        self._held: dict[tuple[float, ...], str] = {}

    def remember(self, network: Network) -> None:
        """The end of a cell: these values are the network's, should another one start from them."""
        values = _values(network)
        if values and network.updates:
            self._held[values] = network.name

    def ancestor(self, network: Network, others: Iterable[Network]) -> str | None:
        """The trained network whose values this new one starts from, of those alive and those remembered."""
        values = _values(network)
        if not values:
            return None
        shapes = [tensor.shape for tensor in network.live_tensors()]
        for other in others:
            alike = other is not network and other.updates > 0
            if alike and [t.shape for t in other.live_tensors()] == shapes and _values(other) == values:
                return other.name
        return self._held.get(values)


def _values(network: Network) -> tuple[float, ...]:
    """Of tensors with two or more dimensions: biases and scales start alike in every network."""
    weights = [tensor for tensor in network.live_tensors() if tensor.dim() >= 2]
    return tuple(value_of(tensor) for tensor in weights[:MAX_TENSORS])
