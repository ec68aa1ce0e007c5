"""Tensors that one gradient evaluation reached, with what tells whether they changed since. Knows tensors only."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from typing import Any


class Group:
    """Tensors that one evaluation reached, with their keys when it began."""

    __slots__ = ("copies", "pointers", "references", "versions")

    def __init__(self, tensors: Iterable[Any]) -> None:
        self.references = [weakref.ref(tensor) for tensor in tensors]
        self.versions: list[int] = []
        self.pointers: list[int] = []
        self.copies: list[Any] | None = None

    def tensors(self) -> list[Any]:
        """Those of its tensors that still exist, None for the others."""
        return [reference() for reference in self.references]
