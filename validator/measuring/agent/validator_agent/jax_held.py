"""What the notebook holds: every object reachable from its names, with its path. Knows containers, not networks."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .jax_templates import Shapes, arrays_of, is_array, parameters_or_none, shapes_of

MOST_NODES = 20_000
MOST_ITEMS = 200
DEEP = 7
NOT_OPENED = (str, bytes, int, float, complex, bool, type(None), types.ModuleType, types.BuiltinFunctionType)


@dataclass(eq=False, kw_only=True)
class Held:
    """One object and the path that leads to it from a global name."""

    path: tuple[str, ...]
    thing: Any

    @property
    def name(self) -> str:
        """The path in one word."""
        return ".".join(self.path)

    @property
    def arrays(self) -> list[Any]:
        """Its arrays, in order; none where it is no tree."""
        try:
            return arrays_of(self.thing)
        except Exception:
            return []

    @property
    def parameters(self) -> list[Any]:
        """Those that a gradient may be taken at."""
        return parameters_or_none(self.thing)

    @cached_property
    def shapes(self) -> Shapes:
        """Shapes of its arrays."""
        return shapes_of(self.arrays)

    @cached_property
    def parameter_shapes(self) -> Shapes:
        """Shapes of those that a gradient may be taken at."""
        return shapes_of(self.parameters)


def everything(deep: int = DEEP) -> Iterator[Held]:
    """The objects that the notebook's names lead to, nearest first; arrays and containers of them included."""
    main = sys.modules.get("__main__")
    names = [(name, thing) for name, thing in list(vars(main).items()) if not name.startswith("__")]
    waiting = [Held(path=(name,), thing=thing) for name, thing in names if not _is_prompt(name)]
    seen: set[int] = set()
    for held in waiting:
        if id(held.thing) in seen or isinstance(held.thing, NOT_OPENED):
            continue
        seen.add(id(held.thing))
        yield held
        if len(held.path) < deep and len(waiting) < MOST_NODES and not is_array(held.thing):
            waiting += [Held(path=(*held.path, key), thing=thing) for key, thing in _parts(held.thing)]


def hints() -> dict[int, tuple[str, ...]]:
    """Where the notebook holds what, by id: one or two steps from a name."""
    return {id(held.thing): held.path for held in everything(deep=3)}


def _is_prompt(name: str) -> bool:
    """Outputs and inputs that IPython numbers: the notebook's own names lead to what matters."""
    return name in {"In", "Out", "exit", "quit", "get_ipython"} or (
        name.startswith("_") and name[1:2] in "_0123456789hi"
    )


def _parts(thing: Any) -> list[tuple[str, Any]]:
    try:
        return _opened(thing)
    except Exception:  # a strange object is not opened
        return []


def _opened(thing: Any) -> list[tuple[str, Any]]:
    if isinstance(thing, (dict, types.MappingProxyType)) or type(thing).__name__ == "FrozenDict":
        return [(str(key), value) for key, value in list(thing.items())[:MOST_ITEMS]]
    if isinstance(thing, tuple) and hasattr(thing, "_fields"):
        return [(name, getattr(thing, name)) for name in thing._fields]
    if isinstance(thing, (list, tuple)):
        return [(str(index), value) for index, value in enumerate(thing[:MOST_ITEMS])]
    if isinstance(thing, types.FunctionType):
        return list(_closure(thing)) if thing.__module__ == "__main__" else []
    if isinstance(thing, types.MethodType):
        return [("__self__", thing.__self__)]
    if isinstance(thing, type) and thing.__module__ != "__main__":
        return []
    wrapped = getattr(thing, "__wrapped__", None) if callable(thing) else None
    held = list(getattr(thing, "__dict__", {}).items())[:MOST_ITEMS]
    return [*held, *([("__wrapped__", wrapped)] if wrapped is not None else [])]


def _closure(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
        try:
            yield name, cell.cell_contents
        except ValueError:
            continue
