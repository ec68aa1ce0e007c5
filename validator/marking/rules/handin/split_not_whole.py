"""The shares of the mark split do not add up.

## What it checks
Whether the shares of the form's rows add up to the whole, within the tolerance that rounding needs: three times 33.3 is
a whole.

## Why it matters
Shares that add up to more or less give the team other marks than it earned.

## Evidence
The share of each row as the form says it, with the user id where the row has one, and their sum.

## How to fix
Let the shares of all members add up to 100 %, have everybody sign again, and hand the form in again.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from validator.evidence import Evidence
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.splits import path_of, percent, shares_or_unknown

READINGS = ("mark-split.total",)
LIMITS = {"whole": int, "tolerance": Decimal}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails where the sum is further from the whole than the tolerance."""
    shares = shares_or_unknown(evidence, clause, what="the sum of the shares")
    if isinstance(shares, Finding):
        yield shares
        return
    whole, tolerance = clause.limits["whole"], clause.limits["tolerance"]
    total = sum((share.per_cent for share in shares), Decimal(0))
    added = " + ".join(str(share.per_cent) for share in shares)
    yield Finding(
        verdict="pass" if abs(total - whole) <= tolerance else "fail",
        message=f"{added} = {percent(total)}, {whole} % within {tolerance} wanted",
        measured=float(total),
        limit=whole,
        unit="%",
        where=path_of(evidence, clause),
        witness="claimed",
    )
