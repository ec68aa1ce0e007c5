"""Fewer samples were obtained than the comparison needs.

## What it checks
How many images the trained model handed out, against the number the clause asks for.

## Why it matters
The Frechet distance falls with the number of samples, so only equal numbers can be compared.

## Evidence
`samples.count` and where the samples came from.

## How to fix
Offer a function that makes as many samples as are asked for, or write that many images in the run.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.absence import reading_or_why
from validator.marking.finding import Finding
from validator.marking.rubric import Clause

READINGS = ("samples.count",)
LIMITS = {"samples": int}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """The count against the number asked for; more is fine."""
    wanted = clause.limits["samples"]
    reading = reading_or_why(evidence, "samples.count", unit="images")
    if reading.value is None:
        yield Finding(verdict="unknown", message=f"samples: {reading.why}", limit=wanted, unit="images")
        return
    enough = reading.value >= wanted
    yield Finding(
        verdict="pass" if enough else "fail",
        message=f"{reading.value:,} samples, {wanted:,} asked for",
        measured=reading.value,
        limit=wanted,
        unit="images",
        witness=reading.source,
    )
