"""The paper differs from the template.

## What it checks
Whether page size, margins, type size and leading are those of the template.

## Why it matters
A limit in pages means the same for everyone only on the same page.

## Evidence
None in this version: the geometry of pages is not measured yet.

## How to fix
Write in a copy of the template and change nothing in its preamble that moves text.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.absence import unmeasured
from validator.marking.finding import Finding
from validator.marking.rubric import Clause

READINGS = ()
LIMITS = {"template": str}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Unknown: there is no probe for it yet."""
    yield unmeasured(evidence, f"whether the paper follows the template {clause.limits['template']}")
