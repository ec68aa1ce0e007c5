"""Acts after the student imports a module; knows names of modules and what to call, nothing of what is called.

A finder in front of `sys.meta_path` that lets the ordinary finders do the work and wraps the loader's `exec_module`.
Avoids importing `importlib.abc`, which costs more than the rest of the agent's start-up.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec, PathFinder
from typing import Any

_wanted: dict[str, list[Callable[[Any], None]]] = {}
_watched: dict[str, Callable[[str, ModuleSpec | None], None]] = {}
_first: dict[str, str] = {}
_stand_ins: dict[str, Callable[[str], ModuleSpec | None]] = {}


class _Finder:
    """Notices the imports that somebody waits for; every other name costs one dictionary look-up."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """The ordinary spec, with a loader that calls back; None for names nobody waits for."""
        if name in _first:
            return PathFinder.find_spec(name, [_first[name]])
        if name not in _wanted and name not in _stand_ins and name not in _watched:
            return None
        spec = _ordinary_spec(name, path, target)
        if name in _watched:
            _watched[name](name, spec)
        if spec is None and name in _stand_ins:
            spec = _stand_ins[name](name)
        if spec is not None and name in _wanted:
            _call_after_exec(spec, name)
        return spec


def after_import(name: str, call: Callable[[Any], None]) -> None:
    """Call with the module right after `name` has been imported; at once when it already is."""
    if name in sys.modules:
        call(sys.modules[name])
    else:
        _wanted.setdefault(name, []).append(call)


def watch(name: str, call: Callable[[str, ModuleSpec | None], None]) -> None:
    """Call with the name and what was found, None included, each time somebody asks for the module `name`."""
    _watched[name] = call


def stand_in(name: str, spec: Callable[[str], ModuleSpec | None]) -> None:
    """Use this spec when the module `name` is not installed."""
    _stand_ins[name] = spec


def first(name: str, folder: str) -> None:
    """Find the module `name` in this folder, whatever comes before it on the path."""
    _first[name] = folder


def install() -> None:
    """Start to watch the imports of this process."""
    sys.meta_path.insert(0, _Finder())


def _ordinary_spec(name: str, path: Any, target: Any) -> ModuleSpec | None:
    for finder in sys.meta_path:
        if isinstance(finder, _Finder):
            continue
        find = getattr(finder, "find_spec", None)
        spec = find(name, path, target) if find is not None else None
        if spec is not None:
            return spec  # type: ignore[no-any-return]
    return None


def _call_after_exec(spec: ModuleSpec, name: str) -> None:
    loader = spec.loader
    original = getattr(loader, "exec_module", None)
    if original is None:
        return

    def exec_module(module: Any) -> None:
        original(module)
        for call in _wanted.pop(name, []):
            call(module)

    loader.exec_module = exec_module  # type: ignore[method-assign, union-attr]
