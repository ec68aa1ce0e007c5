"""A model was trained on the test data.

## What it checks
Whether test images took part in training.

## Why it matters
A test on images that were learned says nothing about any other image.

## Evidence
None in this version: which images reach a training step is not traced yet.

## How to fix
Train and choose on the training split only, and touch the test split once, at the end.
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
    yield unmeasured(evidence, "whether test data took part in training")
