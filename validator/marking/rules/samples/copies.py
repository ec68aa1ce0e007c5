"""Samples are copies of training images.

## What it checks
Whether samples equal a training image in every pixel.

## Why it matters
The samples are judged on how unlike the training images they are; a copy was not generated.

## Evidence
`samples.exact_copies` and `samples.near_copies` among `samples.count`, by exact whole-number distances, and the
pictures of the nearest pairs.

## How to fix
Look for data that reaches the sampler, and for a model that has learned images by heart.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.absence import reading_or_why
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.words import reading_text

READINGS = ("samples.exact_copies", "samples.near_copies", "samples.count")
LIMITS: dict[str, object] = {}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails when there is any exact copy."""
    copies = reading_or_why(evidence, "samples.exact_copies", unit="images")
    if copies.value is None:
        yield Finding(verdict="unknown", message=f"copies: {copies.why}", unit="images")
        return
    near = reading_or_why(evidence, "samples.near_copies", unit="images")
    of = reading_or_why(evidence, "samples.count", unit="images").value
    among = f" of {of:,} samples" if of is not None else " samples"
    yield Finding(
        verdict="fail" if copies.value > 0 else "pass",
        message=f"{copies.value:,}{among} equal a training image in every pixel; near copies: {reading_text(near)}",
        measured=copies.value,
        unit="images",
        witness=copies.source,
    )
