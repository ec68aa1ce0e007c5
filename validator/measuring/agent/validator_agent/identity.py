"""Tells which networks a gradient evaluation reaches: whose tensors its leaves are.

By the tensor itself, else by the storage it shares with a live parameter, else by the modules and optimisers that hold
it, else by shapes and values (slots). Knows tensors, modules and networks; counts nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from . import slots
from .adoption import Adoption
from .inputs import Inputs
from .leaves import Leaf, leaves_of, plain
from .networks import Network, Registry
from .owners import tensors_of

MAX_PATTERNS = 64


@dataclass
class Part:
    """The tensors of one network among the leaves of one evaluation."""

    network: Network
    key: tuple[int, ...] = ()
    tensors: list[Any] = field(default_factory=list)
    slot: bool = False
    """Whether these tensors only stand for the network's, this once."""


class Identity:
    """Remembers what each pattern of leaves was found to be, for as long as every tensor of a network lives."""

    def __init__(self, registry: Registry, inputs: Inputs, adoption: Adoption) -> None:
        self._registry, self._inputs, self._adoption = registry, inputs, adoption
        self._patterns: dict[tuple[int, ...], list[tuple[Network, tuple[int, ...], list[int]]]] = {}
        self._deaths = 0
        self.only_inputs = False
        """Whether the evaluation looked at last reached inputs and nothing else."""

    def parts(self, leaves: list[Any], outputs: Sequence[Any], *, given: bool) -> list[Part]:
        """The networks that these leaves belong to, each with its tensors."""
        self.only_inputs = False
        if self._deaths != self._registry.deaths:
            self._patterns.clear()
            self._deaths = self._registry.deaths
        pattern = tuple(map(id, leaves))
        known = self._patterns.get(pattern)
        if known is not None:
            return [
                Part(network, key, leaves if len(places) == len(leaves) else [leaves[place] for place in places])
                for network, key, places in known
            ]
        return self._found(pattern, leaves, outputs, given)

    def _found(self, pattern: tuple[int, ...], leaves: list[Any], outputs: Sequence[Any], given: bool) -> list[Part]:
        unknown = [reached for reached in leaves if self._registry.owner(reached) is None]
        if not unknown:
            places = self._places(leaves)
            if len(self._patterns) >= MAX_PATTERNS:
                self._patterns.clear()
            self._patterns[pattern] = [
                (network, tuple(pattern[place] for place in where), where) for network, where in places
            ]
            return [_part(network, [leaves[place] for place in where]) for network, where in places]
        wrapped = [Leaf(reached) for reached in unknown if isinstance(reached, torch.Tensor)]
        known = [reached for reached in leaves if self._registry.owner(reached) is not None]
        found, rest = self._aliases(wrapped)
        parts = self._gathered([*known, *found])
        rest = [leaf for leaf in rest if not self._inputs.holds(leaf.tensor)]
        reborn = slots.reborn([leaf.tensor for leaf in rest], self._registry.networks) if _parameters(rest) else None
        if reborn is not None and self._adoption.go_on(reborn, [leaf.tensor for leaf in rest]):
            return [*parts, _part(reborn, [leaf.tensor for leaf in rest], slot=True)]
        if rest:
            lonely = not parts and not (given and self._passes_networks(outputs))
            parts = self._gathered([*known, *found, *self._adoption.of_modules(rest)])
            rest = [leaf for leaf in rest if self._registry.owner(leaf.tensor) is None]
            parts += self._raw(rest, lonely=lonely and not parts)
        self.only_inputs = not parts
        return parts

    def is_alias(self, tensor: Any) -> bool:
        """Whether this shares the storage of a parameter."""
        return _place(tensor) in self._by_place()

    def _places(self, tensors: list[Any]) -> list[tuple[Network, list[int]]]:
        found: dict[int, tuple[Network, list[int]]] = {}
        for place, tensor in enumerate(tensors):
            network = self._registry.owner(tensor)
            if network is not None:
                found.setdefault(network.number, (network, []))[1].append(place)
        return list(found.values())

    def _gathered(self, tensors: list[Any]) -> list[Part]:
        distinct = list({id(tensor): tensor for tensor in tensors}.values())
        return [_part(net, [distinct[place] for place in where]) for net, where in self._places(distinct)]

    def _aliases(self, leaves: list[Leaf]) -> tuple[list[Any], list[Leaf]]:
        """The live tensors that these leaves are, or share their storage with, and the leaves that are none."""
        found, rest = [], []
        by_place: dict[Any, Any] | None = None
        for leaf in leaves:
            network = self._registry.owner(leaf.tensor)
            tensor = leaf.tensor if network is not None else None
            if tensor is None and not isinstance(leaf.tensor, torch.nn.Parameter):
                by_place = self._by_place() if by_place is None else by_place
                tensor = by_place.get(_place(leaf.tensor))
            if tensor is None:
                rest.append(leaf)
            else:
                found.append(tensor)
        unknown = [Leaf(tensor) for tensor in found if self._registry.owner(tensor) is None]
        self._adoption.of_modules(unknown)
        return found, rest

    def _by_place(self) -> dict[Any, Any]:
        """All tensors of networks, and of modules that were called, by where they lie in memory."""
        held = [tensor for network in self._registry.networks for tensor in network.live_tensors()]
        held += [tensor for module in list(self._registry.called) for tensor in tensors_of(module)]
        return {place: tensor for tensor in reversed(held) if (place := _place(tensor)) is not None}

    def _passes_networks(self, outputs: Sequence[Any]) -> bool:
        """Whether this graph holds parameters of networks, though the gradient was asked for something else."""
        return any(
            self._registry.owner(leaf) is not None or isinstance(leaf, torch.nn.Parameter)
            for leaf in map(plain, leaves_of(outputs, limit=2000))
        )

    def _raw(self, leaves: list[Leaf], *, lonely: bool) -> list[Part]:
        """Tensors that no module holds: one network together, or inputs."""
        if not leaves:
            return []
        tensors = [leaf.tensor for leaf in leaves]
        derived = all(leaf.derived for leaf in leaves)
        # What was computed from parameters, in a graph that goes on to them, does not stand in their place.
        networks = [net for net in self._registry.networks if not derived or net.kind != "module"]
        network = slots.continued(tensors, networks)
        if network is not None:
            return [_part(network, tensors, slot=True)]
        origin = slots.parent(tensors, self._registry.networks)
        if origin is None and (derived or (len(leaves) == 1 and not lonely)):
            for tensor in tensors:
                self._inputs.remember(tensor)
            return []
        network = self._adoption.of_raw(leaves, origin)
        return [_part(network, tensors, slot=network.kind == "slot")]


def _parameters(leaves: list[Leaf]) -> bool:
    return bool(leaves) and all(isinstance(leaf.tensor, torch.nn.Parameter) for leaf in leaves)


def _part(network: Network, tensors: list[Any], *, slot: bool = False) -> Part:
    return Part(network, tuple(map(id, tensors)), tensors, slot)


def _place(tensor: Any) -> tuple[Any, ...] | None:
    """Where a tensor lies: two of the same place and extent hold the same values."""
    try:
        pointer = tensor.data_ptr()
    except Exception:
        return None
    return (pointer, str(tensor.device), tensor.numel(), tensor.dtype) if pointer else None
