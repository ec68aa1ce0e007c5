"""The marks are not divided evenly.

## What it checks
Whether the largest and the smallest share differ by more than rounding makes them.

## Why it matters
An uneven division is allowed; it is talked over with the team before it holds.

## Evidence
The share of each row as the form says it, with the user id where the row has one.

## How to fix
Nothing needs fixing if the division is meant. Expect to be asked about it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from validator.evidence import Evidence
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.splits import path_of, percent, shares_or_unknown

READINGS = ("mark-split.smallest", "mark-split.largest")
LIMITS = {"apart": Decimal}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails where shares are further apart than the limit."""
    shares = shares_or_unknown(evidence, clause, what="whether the marks are divided evenly")
    if isinstance(shares, Finding):
        yield shares
        return
    values = [share.per_cent for share in shares]
    apart, allowed = max(values) - min(values), clause.limits["apart"]
    uneven = apart > allowed
    listed = ", ".join(f"{share.named} {percent(share.per_cent)}" for share in shares)
    yield Finding(
        verdict="fail" if uneven else "pass",
        message=f"the division is {'uneven' if uneven else 'even'}: {listed}",
        measured=float(apart),
        unit="points",
        where=path_of(evidence, clause),
        witness="claimed",
    )
