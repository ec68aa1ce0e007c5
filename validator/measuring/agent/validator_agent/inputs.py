"""Which tensors are inputs that somebody optimises: adversarial examples, latent codes, images under a penalty.

They get gradients like parameters do, but were given to a network. Knows tensors; nothing of networks or counts.
"""

from __future__ import annotations

import weakref
from typing import Any

import torch

from .leaves import leaves_of, plain

MAX_NODES = 48
"""Of the graph behind an input; a generator behind a discriminator's input is longer, and holds no inputs."""
MAX_REMEMBERED = 512
USELESS = 8
SELDOM = 16


class Inputs:
    """Leaves that were seen on the way into a network; the oldest are forgotten."""

    def __init__(self) -> None:
        self._known: dict[int, weakref.ref[Any]] = {}
        self._useless = 0

    def given(self, arguments: Any, owner: Any) -> None:
        """A network is called with these; `owner` says which tensors are parameters of one."""
        for argument in arguments:
            if isinstance(argument, torch.Tensor) and argument.requires_grad:
                self._trace(argument, owner)

    def remember(self, tensor: Any) -> None:
        """This leaf is an input."""
        if len(self._known) >= MAX_REMEMBERED:
            self._known.pop(next(iter(self._known)))
        self._known[id(tensor)] = weakref.ref(tensor)

    def holds(self, tensor: Any) -> bool:
        """Whether this leaf was seen to be an input."""
        reference = self._known.get(id(tensor))
        return reference is not None and reference() is tensor

    def _trace(self, argument: Any, owner: Any) -> None:
        """The leaves behind an argument; behind another network there are none, so one looks there less often."""
        if argument.grad_fn is not None and self._useless >= USELESS and self._useless % SELDOM:
            self._useless += 1
            return
        found = [leaf for leaf in map(plain, leaves_of([argument], MAX_NODES)) if owner(leaf) is None]
        found = [leaf for leaf in found if not isinstance(leaf, torch.nn.Parameter)]
        self._useless = 0 if found else self._useless + 1
        for leaf in found:
            self.remember(leaf)
