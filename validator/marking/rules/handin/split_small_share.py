"""A member's share is so small that the team may count as smaller.

## What it checks
Whether a share is zero, which takes that member out of the team, or not larger than the limit, from which on the team's
effective size may be reduced.

## Why it matters
Marks are multiplied by the size of the team that they are divided among: who did next to nothing would raise the marks
of all others.

## Evidence
The share of each row as the form says it, with the user id where the row has one, and the number of shares above zero.

## How to fix
Nothing needs fixing if the division is meant. A person decides how large the team counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from validator.evidence import Evidence
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.splits import Share, path_of, percent, shares_or_unknown
from validator.marking.words import counted

READINGS = ("mark-split.smallest", "mark-split.above_zero")
LIMITS = {"share": Decimal}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails for a person to decide where a share is above zero and not above the limit; zeros are said."""
    shares = shares_or_unknown(evidence, clause, what="the smallest share")
    if isinstance(shares, Finding):
        yield shares
        return
    limit = clause.limits["share"]
    zero = [share for share in shares if share.per_cent == 0]
    small = [share for share in shares if 0 < share.per_cent <= limit]
    left = counted(len(shares) - len(zero), "members")
    out = f"{_listed(zero)} with 0 % taken out, {left} left" if zero else ""
    if small:
        message = f"{_listed(small, shown=True)} not above {percent(limit)}: how large the team counts is to be decided"
        message += f"; {out}" if out else ""
    else:
        message = out or f"all {len(shares)} shares are above {percent(limit)}"
    yield Finding(
        verdict="fail" if small else "pass", message=message, where=path_of(evidence, clause), witness="claimed"
    )


def _listed(shares: list[Share], *, shown: bool = False) -> str:
    return ", ".join(f"{share.named} {percent(share.per_cent)}" if shown else share.named for share in shares)
