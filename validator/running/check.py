"""One line of what a machine offers. Plain data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that measuring needs or can use: whether it is there, and what was seen."""

    name: str
    ok: bool
    detail: str
    optional: bool = False
    """Whether marking works as well without it."""
