"""Where most of many measured lengths lie: the mode of values that are never exactly equal. Plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Densest:
    """The weighted mean of the heaviest window, and the share of all weight that lies in it."""

    value: float
    share: float


def densest(values: Sequence[float], weights: Sequence[float] | None = None, *, width: float) -> Densest | None:
    """The window of this width that holds most weight; of equals the one of the smallest values. None of nothing."""
    heavy = sorted(zip(values, weights or [1.0] * len(values), strict=True))
    if not heavy:
        return None
    best, best_weight, first, weight = (0, 0), 0.0, 0, 0.0
    for last, (value, own) in enumerate(heavy):
        weight += own
        while value - heavy[first][0] > width:
            weight -= heavy[first][1]
            first += 1
        if weight > best_weight + 1e-9:
            best, best_weight = (first, last + 1), weight
    inside = heavy[slice(*best)]
    total = sum(own for _, own in heavy)
    held = sum(own for _, own in inside)
    if held <= 0 or total <= 0:
        return None
    return Densest(value=sum(value * own for value, own in inside) / held, share=held / total)


def leftmost(values: Sequence[float], *, width: float, share: float) -> Densest | None:
    """Of the windows that hold at least this share of all values, the one furthest left; the densest one, if no other.

    Of two columns the left one may hold fewer lines than the right one.
    """
    found = densest(values, width=width)
    while found is not None:
        beyond = [value for value in values if value < found.value - width]
        further = densest(beyond, width=width)
        if further is None or further.share * len(beyond) < share * len(values):
            return found
        found = Densest(value=further.value, share=further.share * len(beyond) / len(values))
    return None
