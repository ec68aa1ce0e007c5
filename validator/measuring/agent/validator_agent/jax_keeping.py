"""Holds on to functions that were called, but not to arrays: one that holds some itself is held weakly.

Knows closures, partials and methods; calls nothing.
"""

from __future__ import annotations

import functools
import types
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from .jax_templates import arrays_of, is_array

LIGHT_BYTES = 1 << 16
MOST_PARTS = 64


def kept(function: Any) -> Callable[[], Any]:
    """A call that gives the function back, or None where it was let go."""
    if _bytes(function) <= LIGHT_BYTES:
        return lambda: function
    if isinstance(function, types.MethodType):
        return weakref.WeakMethod(function)
    try:
        return weakref.ref(function)
    except TypeError:
        return lambda: None


def _bytes(function: Any) -> int:
    """Of the arrays that it holds itself, not by a global name."""
    seen: set[int] = set()
    waiting, total = [function], 0
    while waiting and len(seen) < MOST_PARTS:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        inner = list(_held(thing))
        waiting += inner
        if not inner:
            total += sum(_size(array) for array in ([thing] if is_array(thing) else _arrays(thing)))
    return total


def _held(thing: Any) -> Iterator[Any]:
    if isinstance(thing, functools.partial):
        yield from (thing.func, *thing.args, *thing.keywords.values())
    elif isinstance(thing, types.MethodType):
        yield from (thing.__self__, *vars(thing.__self__).values()) if hasattr(thing.__self__, "__dict__") else ()
    elif isinstance(thing, types.FunctionType):
        for cell in thing.__closure__ or ():
            try:
                yield cell.cell_contents
            except ValueError:
                continue
    elif callable(getattr(thing, "__wrapped__", None)):
        yield thing.__wrapped__


def _arrays(thing: Any) -> list[Any]:
    try:
        return arrays_of(thing)
    except Exception:
        return []


def _size(array: Any) -> int:
    return int(getattr(array, "nbytes", 0) or 0)
