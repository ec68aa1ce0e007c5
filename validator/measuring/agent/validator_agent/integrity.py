"""Whether the agent's own hooks are still where it put them: asked at each heartbeat and at the end of the process.

Knows names and questions; each hook's owner brings its own, and mends first what honest code may undo.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from types import FunctionType
from typing import Any

PATIENCE = 2
"""Times in a row that a hook must be missing: what is being put in place at that moment is not gone."""


class Integrity:
    """The questions of this process, and which were answered with no."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel
        self._checks: dict[str, Callable[[], bool]] = {}
        self._owners: set[int] = set()
        self._missing: dict[str, int] = {}
        self._code: dict[tuple[str, str], Any] = {}
        channel.before_exit.append(self.last_look)
        self.watch("agent code", self._same_code)

    def watch(self, name: str, check: Callable[[], bool]) -> None:
        """From now on ask `check`, quick and from any thread, whether that hook is in place."""
        self._checks[name] = check
        self._owners.add(id(getattr(check, "__self__", None)))

    def watch_parts(self, whole: Any) -> None:
        """Every part of a meter that can tell whether it is `in_place`; the child of a fork has parts of its own."""
        self._same_code()
        for name, part in vars(whole).copy().items():
            if callable(getattr(part, "in_place", None)) and id(part) not in self._owners:
                self.watch(f"{type(whole).__name__}.{name.lstrip('_')}", partial(_in_place, whole, name))

    def _same_code(self) -> bool:
        """Whether the agent's classes have the methods they were loaded with; what was loaded since is noted first."""
        package = __name__.partition(".")[0]
        same = True
        # Another thread may be importing. `list(d.items())` makes a tuple for each, which may collect garbage and let
        # that thread go on in the middle of it; `d.copy()` makes nothing on its way.
        for name, module in sys.modules.copy().items():
            if name.partition(".")[0] != package:
                continue
            held = vars(module).copy().values()
            for kind in [each for each in held if isinstance(each, type) and each.__module__ == name]:
                for method, function in vars(kind).copy().items():
                    if isinstance(function, FunctionType):
                        code = self._code.setdefault((f"{name}.{kind.__name__}", method), function.__code__)
                        same = same and code is function.__code__
        return same

    def look(self) -> None:
        """Ask all; say of each that is gone, once."""
        self._ask(PATIENCE)

    def last_look(self) -> None:
        """The process ends: what is missing now was taken away."""
        self._ask(1)

    def _ask(self, patience: int) -> None:
        for name, check in self._checks.copy().items():
            try:
                here = check()
            except Exception as error:
                self._checks.pop(name, None)
                self._channel.fault(f"integrity of {name}", error)
                continue
            if here:
                self._missing.pop(name, None)
                continue
            self._missing[name] = self._missing.get(name, 0) + 1
            if self._missing[name] >= patience:
                self._checks.pop(name, None)
                self._channel.emit("tampered", what=name)


def _in_place(whole: Any, name: str) -> bool:
    return bool(getattr(whole, name).in_place())
