"""Samples are computed from data instead of noise.

## What it checks
Whether the samples are a function of noise alone, and not of images of the data set.

## Why it matters
A model that is handed an image shows how well it copies, not what it learned.

## Evidence
None in this version: what the samples were computed from is not traced yet.

## How to fix
Draw the input of the generator from a prior distribution, and read no data while sampling.
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
    yield unmeasured(evidence, "whether the samples come from noise and not from data")
