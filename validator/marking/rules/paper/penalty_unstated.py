"""The paper does not say which penalty its models incur.

## What it checks
Whether the paper says, in its text or after its references, the penalty that the author expects.

## Why it matters
It shows that a limit was passed knowingly, and a person compares it with what was measured.

## Evidence
Sentences on a penalty, a bonus or a deduction that name marks, or say that something is expected or incurred, or that
nothing is; with page and words. The penalties of training (a gradient penalty, a penalty term) are told apart. What
the program does not find, a person may.

## How to fix
Say at the end of the paper how many marks the limits you passed cost, and how you computed them: "Total penalty: -5
marks." Where no limit was passed: "Total penalty: 0 marks."
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Claim, Evidence
from validator.marking.absence import why_absent
from validator.marking.claims import NOT_FOUND, listed
from validator.marking.finding import Finding
from validator.marking.rubric import Clause

READINGS = ()
LIMITS: dict[str, object] = {}
KIND = "penalty"


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Pass where it is stated, once or as a total; several different numbers without a total are for a person."""
    if not evidence.papers:
        message = f"whether the paper states its penalty: no paper was read: {why_absent(evidence, 'paper')}"
        yield Finding(verdict="unknown", message=message)
        return
    claims = [claim for paper in evidence.papers for claim in paper.claims if claim.kind == KIND]
    plain = [claim for claim in claims if not set(claim.flags) - {"after-references"}]
    totals = [claim for claim in plain if "total" in claim.quote.lower() or "overall" in claim.quote.lower()]
    chosen = _one(totals) or _one(plain)
    if chosen:
        yield Finding(
            verdict="pass", message=f"the paper states {listed(chosen)}", where=chosen[0].where, witness="claimed"
        )
    elif plain:
        yield Finding(verdict="unknown", message=f"stated, ambiguous: {listed(plain)}", where=plain[0].where)
    else:
        beside = f"; perhaps {listed(claims)}" if claims else ""
        yield Finding(verdict="unknown", message=f"a statement of the penalty is {NOT_FOUND}{beside}")


def _one(claims: list[Claim]) -> list[Claim]:
    """The first of them, when all say the same number."""
    return claims[:1] if len({claim.value for claim in claims}) == 1 else []
