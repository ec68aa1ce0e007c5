"""Code of others is used without a reference.

## What it checks
Whether code that others wrote is named as theirs in both the code and the paper.

## Why it matters
Building on the work of others is allowed where it is said.

## Evidence
None in this version: the sources are compared with nothing yet.

## How to fix
Name author, source and licence beside the code and in the references of the paper.
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
    yield unmeasured(evidence, "whether code of others is used without a reference")
