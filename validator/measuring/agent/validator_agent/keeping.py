"""Keeps small networks alive to the end: those that were trained, and those that judged images.

A function that trains and returns a number, `del model`, and a second model under the same name let go of the network
that the harness must ask for predictions. Knows modules only. What stays is parameters, never an optimiser or a graph.
"""

from __future__ import annotations

from collections import deque
from typing import Any

MAX_KEPT = 8
MAX_ELEMENTS = 10_000_000
"""Larger modules are left to the student: the memory is theirs."""


class Kept:
    """The modules kept alive, the one named last at the end; the oldest goes when there are too many."""

    def __init__(self) -> None:
        self._modules: deque[Any] = deque(maxlen=MAX_KEPT)

    def keep(self, module: Any) -> None:
        """Hold on to this module; None and large ones are left out."""
        if module is None or sum(tensor.numel() for tensor in module.parameters()) > MAX_ELEMENTS:
            return
        others = [other for other in self._modules if other is not module]
        self._modules = deque([*others, module], maxlen=MAX_KEPT)
