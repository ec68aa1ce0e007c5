"""Counts derivatives taken forwards (`jvp`, `jacfwd`, dual numbers): they train too, and no engine runs.

Only what is asked by parameters counts; derivatives by inputs are no training. Knows tensors; counts nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.autograd import forward_ad

from .leaves import plain


class ForwardMode:
    """One count for each level of dual numbers that was opened with tensors that look like parameters."""

    def __init__(self, counting: Callable[[], Any]) -> None:
        self._counting = counting
        self.calls = 0
        self._level = 0
        self._seen: dict[int, int] = {}
        self._counted = False

    def install(self) -> None:
        """Stand before the two functions that every way of forward differentiation calls."""
        enter: Any = forward_ad.enter_dual_level
        make: Any = forward_ad.make_dual

        def enter_dual_level() -> Any:
            self._seen, self._counted = {}, False
            return enter()

        def make_dual(tensor: Any, tangent: Any, *, level: Any = None) -> Any:
            if not torch.compiler.is_compiling():
                self._made(tensor)
            return make(tensor, tangent, level=level)

        forward_ad.enter_dual_level = enter_dual_level
        forward_ad.make_dual = make_dual

    def _made(self, tensor: Any) -> None:
        try:
            inner = plain(tensor)
            self._seen[id(inner)] = self._seen.get(id(inner), 0) + 1
            several = len(self._seen) > 1
            if not self._counted and (
                several or isinstance(inner, torch.nn.Parameter) or self._counting().looks_like_parameter(inner)
            ):
                self._counted = True
                self.calls += 1
        except Exception:
            return
