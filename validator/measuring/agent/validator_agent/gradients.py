"""Counts gradient computations at the entry of the autograd engine and finds the tensors each one reaches.

Knows graphs and leaves; nothing of networks or records.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import torch
import torch.autograd.graph

TRACED = ("FakeTensor", "FunctionalTensor")


class EngineEntry:
    """Stands before the engine: tells `reached(leaves, outputs)` after each computation that succeeded."""

    def __init__(self, reached: Callable[[list[Any], Sequence[Any]], None], fault: Callable[..., None]) -> None:
        self._reached = reached
        self._fault = fault
        self._active = threading.local()
        self._outer: list[list[Any]] = []

    def install(self) -> None:
        """Replace the entry under both names that torch calls it by."""
        self._engine = torch.autograd.graph._engine_run_backward
        self._put(self._run)

    def leave_alone(self, disable: Callable[[Any], Any]) -> None:
        """Tell the compiler, once it is loaded, not to look into this wrapper."""
        self._put(disable(self._run))

    def _put(self, entry: Any) -> None:
        torch.autograd.graph._engine_run_backward = entry
        torch.autograd._engine_run_backward = entry  # type: ignore[attr-defined]

    def _run(self, outputs: Sequence[Any], *args: Any, **kwargs: Any) -> Any:
        if any(type(output).__name__ in TRACED for output in outputs):
            return self._engine(outputs, *args, **kwargs)  # the compiler rehearses: nothing is computed
        found = self._leaves(outputs, args, kwargs)
        if self._nested():
            # Checkpointing runs the engine inside the engine: all of it is one gradient computation.
            self._outer[-1].extend(found)
            return self._engine(outputs, *args, **kwargs)
        self._outer.append(found)
        self._active.now = True
        try:
            gradients = self._engine(outputs, *args, **kwargs)
        finally:
            self._active.now = False
            self._outer = [other for other in self._outer if other is not found]
        try:
            self._reached(found, outputs)
        except Exception as error:
            self._fault("gradients", error)
        return gradients

    def _nested(self) -> bool:
        if not self._outer:
            return False
        # The engine's own threads (one for each device) are unknown to `threading`.
        foreign = threading.get_ident() not in threading._active  # type: ignore[attr-defined]
        return foreign or getattr(self._active, "now", False)

    def _leaves(self, outputs: Sequence[Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        try:
            inputs = kwargs.get("inputs", args[3] if len(args) > 3 else None)
            return list(inputs) if inputs else leaves(outputs)
        except Exception as error:
            self._fault("gradients", error)
            return []


def leaves(outputs: Sequence[Any]) -> list[Any]:
    """The tensors in which this graph accumulates gradients, each once."""
    found: list[Any] = []
    stack: list[Any] = []
    for output in outputs:
        node = output.grad_fn if isinstance(output, torch.Tensor) else output.node
        if node is not None:
            stack.append(node)
        elif output.requires_grad:
            found.append(output)
    seen = set(stack)
    while stack:
        node = stack.pop()
        if type(node).__name__ == "AccumulateGrad":
            found.append(node.variable)
            continue
        for following, _ in node.next_functions:
            if following is not None and following not in seen:
                seen.add(following)
                stack.append(following)
    return found


def functional(leaves: Sequence[Any]) -> bool:
    """Whether these are parameters of a functional computation (torch.func), which no optimiser steps."""
    return any(torch._C._functorch.is_gradtrackingtensor(leaf) for leaf in leaves if isinstance(leaf, torch.Tensor))
