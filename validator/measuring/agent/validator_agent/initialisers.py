"""Remembers what `torch.nn.init` wrote into a tensor, so that it can be told later whether it is still there.

Knows values of tensors at a few places; nothing of networks or records.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import torch

PLACES = 64
MAX_REMEMBERED = 20_000


class Initialisers:
    """The initialised tensors of this process, each with its values at 64 places when the initialiser ended."""

    def __init__(self, called: Callable[[], None]) -> None:
        self._called = called
        self._left: dict[int, tuple[weakref.ref[Any], Any]] = {}

    def install(self) -> None:
        """Stand before every function of `torch.nn.init` that writes in place."""
        for name in dir(torch.nn.init):
            function = getattr(torch.nn.init, name)
            if name.endswith("_") and not name.startswith("_") and callable(function):
                setattr(torch.nn.init, name, self._around(function))

    def fresh(self, tensor: Any) -> bool | None:
        """Whether the tensor still holds what an initialiser wrote; None when none ever did."""
        left = self._left.get(id(tensor))
        if left is None or left[0]() is not tensor:
            return None
        # Bits go when a network is made half as precise: that is no new value.
        return bool(torch.allclose(values_at(tensor, PLACES), left[1], rtol=0.01, atol=1e-6))

    def _around(self, function: Any) -> Any:
        import functools

        @functools.wraps(function)
        def initialise(tensor: Any, *args: Any, **kwargs: Any) -> Any:
            outcome = function(tensor, *args, **kwargs)
            if not torch.compiler.is_compiling():
                self._wrote(tensor)
            return outcome

        return initialise

    def _wrote(self, tensor: Any) -> None:
        try:
            self._called()
            if tensor.dim() < 2 or not is_real(tensor):
                return
            if len(self._left) >= MAX_REMEMBERED:
                self._left = {key: left for key, left in self._left.items() if left[0]() is not None}
            self._left[id(tensor)] = (weakref.ref(tensor), values_at(tensor, PLACES))
        except Exception:
            return  # a strange tensor is not known to be fresh, no more


def is_real(tensor: Any) -> bool:
    """Whether the tensor holds numbers that can be looked at: no meta, fake, lazy or integer tensor."""
    plain = type(tensor) in (torch.Tensor, torch.nn.Parameter)
    return plain and tensor.is_floating_point() and tensor.device.type != "meta" and not tensor.is_sparse


def values_at(tensor: Any, places: int) -> Any:
    """The values at so many places, evenly spread: a vector `(places,)` float32 on the CPU."""
    flat = tensor.detach().reshape(-1)
    step = max(1, flat.numel() // places)
    return flat[::step][:places].to(device="cpu", dtype=torch.float32, copy=True)
