"""A figure that the paper must have is not in it.

## What it checks
Whether the paper shows the figure the clause names.

## Why it matters
Some results can only be judged by looking at them.

## Evidence
None in this version: figures are not told apart yet.

## How to fix
Include the figure with a caption that names it.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.absence import unmeasured
from validator.marking.finding import Finding
from validator.marking.rubric import Clause

READINGS = ()
LIMITS = {"figure": str}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Unknown: there is no probe for it yet."""
    yield unmeasured(evidence, f"whether the paper shows {clause.limits['figure']}")
