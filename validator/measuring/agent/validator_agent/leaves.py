"""Finds the tensors that a gradient evaluation reaches, and what lies inside the wrappers of torch.func.

Knows graphs and tensors; nothing of networks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch._C import _functorch as functorch

MAX_LEVELS = 8


def leaves_of(outputs: Sequence[Any], limit: int = 0) -> list[Any]:
    """The tensors in which this graph accumulates gradients, each once; at most `limit` nodes are looked at."""
    found: list[Any] = []
    stack: list[Any] = []
    for output in outputs:
        node = output.grad_fn if isinstance(output, torch.Tensor) else output.node
        if node is not None:
            stack.append(node)
        elif output.requires_grad:
            found.append(output)
    seen = set(stack)
    add, push, pop = seen.add, stack.append, stack.pop
    while stack:
        node = pop()
        following = node.next_functions
        if not following:
            variable = getattr(node, "variable", None)
            if variable is not None:
                found.append(variable)
            continue
        for entry in following:
            inner = entry[0]
            if inner is not None and inner not in seen:
                add(inner)
                push(inner)
        if limit and len(seen) > limit:
            break
    return found


class Leaf:
    """One tensor that gradients reach: the plain tensor inside, and how it was wrapped."""

    __slots__ = ("copies", "derived", "tensor", "wrapped")

    def __init__(self, reached: Any) -> None:
        self.wrapped = functorch.is_functorch_wrapped_tensor(reached)
        """Whether torch.func differentiates by it."""
        self.copies = 1
        levels = 0
        tensor = reached
        while levels < MAX_LEVELS and functorch.is_functorch_wrapped_tensor(tensor):
            batch = functorch.maybe_get_bdim(tensor)
            levels += functorch.is_gradtrackingtensor(tensor)
            tensor = functorch.get_unwrapped(tensor)
            if batch >= 0:
                self.copies *= int(tensor.shape[batch])
        self.tensor = tensor
        self.derived = levels > 1 or reached.grad_fn is not None
        """Whether it was computed from other tensors, within a larger differentiation."""


def plain(tensor: Any) -> Any:
    """The tensor inside the wrappers of torch.func."""
    return Leaf(tensor).tensor


@contextmanager
def outside_of_modes() -> Iterator[None]:
    """What the meter computes is no part of the student's graph, transformation or dispatch mode."""
    with torch.no_grad(), torch._C.DisableTorchFunction():
        if functorch.peek_interpreter_stack() is not None:
            from torch._functorch.pyfunctorch import temporarily_clear_interpreter_stack

            with temporarily_clear_interpreter_stack():
                yield
        elif torch._C._len_torch_dispatch_stack() > 0:
            from torch.utils._python_dispatch import _disable_current_modes

            with _disable_current_modes():
                yield
        else:
            yield
