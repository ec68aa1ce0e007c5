"""The paper does not say which penalty its models incur, or says another than is computed.

## What it checks
Whether the paper says, in its text or after its references, the penalty that the author expects, and whether that is
the total of the marks that the other clauses come to.

## Why it matters
It shows that a limit was passed knowingly, and a person compares it with what was measured.

## Evidence
Sentences on a penalty, a bonus or a deduction that name marks, or say that something is expected or incurred, or that
nothing is; with page and words. The penalties of training (a gradient penalty, a penalty term) are told apart. What
the program does not find, a person may. Of several statements the one called the total counts, else one for each model.
The total that is computed is that of all clauses with marks, with or without each penalty that waits for a person; late
days are no part of it. A difference goes to a person and costs nothing itself. Where a count is unknown, or its price
is one that a person decides, nothing is said to differ.

## How to fix
Say at the end of the paper how many marks the limits you passed cost, and how you computed them: "Total penalty: -5
marks." Where no limit was passed: "Total penalty: 0 marks."
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.absence import why_absent
from validator.marking.claims import NOT_FOUND, listed
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.stated_penalty import plain, statements, total_of

READINGS = ()
LIMITS: dict[str, object] = {}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Pass where it is stated, once, as a total or for each model; other different numbers are for a person."""
    if not evidence.papers:
        message = f"whether the paper states its penalty: no paper was read: {why_absent(evidence, 'paper')}"
        yield Finding(verdict="unknown", message=message)
        return
    claims = statements(evidence)
    said = plain(claims)
    chosen = total_of(said)
    if chosen:
        yield Finding(
            verdict="pass", message=f"the paper states {listed(chosen)}", where=chosen[0].where, witness="claimed"
        )
    elif said:
        yield Finding(verdict="unknown", message=f"stated, ambiguous: {listed(said)}", where=said[0].where)
    else:
        beside = f"; perhaps {listed(claims)}" if claims else ""
        yield Finding(verdict="unknown", message=f"a statement of the penalty is {NOT_FOUND}{beside}")
