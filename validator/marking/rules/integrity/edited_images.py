"""Images or outputs were edited by hand.

## What it checks
Whether images and outputs in the paper are those the code makes.

## Why it matters
Edited results are not results.

## Evidence
None in this version: pictures of the paper are not compared with outputs of the run yet.

## How to fix
Show what the code produced, as it produced it.
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
    yield unmeasured(evidence, "whether images or outputs were edited by hand")
