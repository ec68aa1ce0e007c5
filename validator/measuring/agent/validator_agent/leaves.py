"""Tensors that gradients reach before anybody knows which network they belong to; knows no record and no count."""

from __future__ import annotations

import weakref
from typing import Any

import torch

from .networks import value_of

MAX_LEAVES = 4096
LOOK_AFTER = 20
"""Gradient computations that reach an unknown parameter before anybody looks for its module."""


class Leaf:
    """One such tensor, with its value as it was when first met."""

    def __init__(self, tensor: Any) -> None:
        self.tensor = weakref.ref(tensor)
        self.gradients = 0
        # Inputs that gradients reach come by the thousand: only parameters are looked at.
        self.value = value_of(tensor) if isinstance(tensor, torch.nn.Parameter) else None


class Leaves:
    """The unknown leaves of this process, until a network claims them."""

    def __init__(self) -> None:
        self._leaves: dict[int, Leaf] = {}

    def reached(self, tensor: Any) -> None:
        """A gradient computation reached this tensor: an optimiser may claim it in a moment."""
        if len(self._leaves) > MAX_LEAVES:
            self._leaves = {key: leaf for key, leaf in self._leaves.items() if leaf.tensor() is not None}
        leaf = self._leaves.get(id(tensor))
        if leaf is None or leaf.tensor() is not tensor:
            leaf = self._leaves[id(tensor)] = Leaf(tensor)
        leaf.gradients += 1

    def claim(self, tensors: list[Any]) -> tuple[int, dict[int, float | None]]:
        """Forget these tensors: the gradient computations that reached them, and their first values by identity."""
        claimed = [(tensor, leaf) for tensor in tensors if (leaf := self._leaves.pop(id(tensor), None)) is not None]
        same = [(tensor, leaf) for tensor, leaf in claimed if leaf.tensor() is tensor]
        reached = max((leaf.gradients for _, leaf in same), default=0)
        return reached, {id(tensor): leaf.value for tensor, leaf in same}

    def often_reached(self) -> list[Any]:
        """Parameters that gradients keep reaching and no optimiser holds: training by other means, or a critic."""
        return [
            tensor
            for leaf in self._leaves.values()
            if leaf.gradients >= LOOK_AFTER and isinstance(tensor := leaf.tensor(), torch.nn.Parameter)
        ]
