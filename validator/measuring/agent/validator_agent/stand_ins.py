"""Empty modules in the place of libraries that are not installed; knows nothing of what they are filled with."""

from __future__ import annotations

from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class EmptyLoader:
    """Loads a module with nothing in it and records that it stands in for another."""

    def __init__(self, channel: Any, about: str) -> None:
        self._channel = channel
        self._about = about

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """A package, so that modules can be imported from it."""
        module = ModuleType(spec.name, self._about)
        module.__path__ = []
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to execute; the repair is recorded."""
        self._channel.emit("repair", what=f"{module.__name__} is not installed: the harness stands in for it")


def empty(name: str, channel: Any, *, about: str) -> ModuleSpec:
    """The spec of such a module."""
    return ModuleSpec(name, EmptyLoader(channel, about), is_package=True)  # type: ignore[arg-type]
