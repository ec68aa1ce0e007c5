"""How often each tensor of a network changed, by its identity; knows no tensor, and not what a change is."""

from __future__ import annotations

from collections import Counter
from operator import ne
from typing import Any


class Widest:
    """Counts changes: of all tensors of one evaluation together, which is the rule, or of single ones."""

    def __init__(self) -> None:
        self._whole: Counter[tuple[int, ...]] = Counter()
        self._single: Counter[int] = Counter()

    def all_changed(self, key: tuple[int, ...]) -> None:
        """Every tensor of this evaluation changed."""
        self._whole[key] += 1

    def changed(self, key: tuple[int, ...], before: list[Any], after: list[Any]) -> None:
        """Those changed whose value here differs."""
        if all(map(ne, before, after)):
            self._whole[key] += 1
            return
        for name, a, b in zip(key, before, after, strict=True):
            if a != b:
                self._single[name] += 1

    def most(self) -> int:
        """The largest number of changes that a single tensor took."""
        totals = Counter(self._single)
        for key, times in self._whole.items():
            for name in key:
                totals[name] += times
        return max(totals.values(), default=0)
