"""What a rule says about a clause: a verdict with its measured value, limit, excess and place. No marks here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from validator.evidence import Witness

Verdict = Literal["pass", "fail", "unknown"]

Number = int | float


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One verdict of one rule under one clause. `unknown` costs nothing and goes to a person."""

    verdict: Verdict
    message: str
    """Measured value, unit, limit and place in one sentence; the remedy lives on the rule's page."""
    measured: Number | None = None
    limit: Number | None = None
    unit: str = ""
    excess: Number | None = None
    """How far past the limit, in `unit`; None where the clause has no number."""
    where: str = ""
    witness: Witness | None = None
