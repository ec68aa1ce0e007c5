"""The paper does not state something it must state.

## What it checks
Whether the paper says each of the facts the clause lists, such as the number of parameters and steps of a model.

## Why it matters
A reader compares the claim with what was measured, and the statement is asked for.

## Evidence
None in this version: finding a statement in running text needs a reader of claims, which is not there yet.

## How to fix
State each fact once, in a sentence or a table of its own, with its number and unit.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.absence import unmeasured
from validator.marking.finding import Finding
from validator.marking.rubric import Clause

READINGS = ()
LIMITS = {"facts": tuple[str, ...]}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Unknown: there is no probe for it yet."""
    yield unmeasured(evidence, f"whether the paper states {', '.join(clause.limits['facts'])}")
