"""How far a count lies past its limit, in exact whole numbers. Knows no marks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

AtLimit = Literal["exceeded", "allowed"]
"""What a count equal to its limit is: `exceeded` for "fewer than", `allowed` for "at most"."""


def is_over(measured: int, *, limit: int, at_limit: AtLimit) -> bool:
    """Whether the count breaks the limit."""
    return measured > limit or (measured == limit and at_limit == "exceeded")


def complete_tenths(excess: int, *, limit: int) -> int:
    """Whole tenths of the limit in the excess: 49,999 over 100,000 are 4."""
    return excess * 10 // limit


def started_tenths(excess: int, *, limit: int) -> int:
    """Tenths of the limit begun by the excess: 1 over 100,000 is 1."""
    return -(-excess * 10 // limit)


def band(measured: int, *, limit: int, at_limit: AtLimit) -> int | None:
    """Complete tenths over the limit, or None when the limit is kept."""
    if not is_over(measured, limit=limit, at_limit=at_limit):
        return None
    return complete_tenths(measured - limit, limit=limit)


def same_band(counts: Iterable[int], *, limit: int, at_limit: AtLimit) -> bool:
    """Whether all these counts of one thing would be judged alike."""
    return len({band(count, limit=limit, at_limit=at_limit) for count in counts}) <= 1
