"""The paper does not say which penalty its models incur.

## What it checks
Whether the paper says, at its end, the penalty that the author expects.

## Why it matters
It shows that a limit was passed knowingly, and a person compares it with what was measured.

## Evidence
None in this version: finding a statement in running text needs a reader of claims, which is not there yet.

## How to fix
Say at the end of the paper how many marks the limits you passed cost, and how you computed them.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.absence import unmeasured
from validator.marking.finding import Finding
from validator.marking.rubric import Clause

READINGS = ()
LIMITS: dict[str, object] = {}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Unknown: there is no probe for it yet."""
    yield unmeasured(evidence, "whether the paper states the penalty it incurs")
