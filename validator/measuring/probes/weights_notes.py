"""The notes of which a pickle that is read and never loaded consists: names, calls, pieces that lie elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Global:
    """A name that unpickling would import."""

    module: str
    name: str

    @property
    def dotted(self) -> str:
        """`os.system`."""
        return f"{self.module}.{self.name}"


@dataclass(kw_only=True)
class Call:
    """What unpickling would call, and with what; `state` is what it would then set."""

    function: Any
    arguments: Any
    state: Any = None
    items: list[tuple[Any, Any]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Persistent:
    """A piece that lies outside the pickle, such as the storage of a tensor."""

    key: Any


@dataclass(frozen=True, kw_only=True)
class Noted:
    """One pickle: the names it imports, each once, and what it would build."""

    globals: tuple[Global, ...]
    built: Any


def children(built: Any) -> Iterator[tuple[Any, Any]]:
    """What a note holds: key and value; the key is None where there is none."""
    if isinstance(built, Call):
        yield from built.items
        yield None, built.state
    elif isinstance(built, (list, tuple)):
        for item in built:
            if isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str):
                yield item
            else:
                yield None, item
