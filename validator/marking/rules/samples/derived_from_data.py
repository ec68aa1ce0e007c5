"""Samples are computed from data instead of noise.

## What it checks
Whether the samples are a function of noise alone, and not of images of the data set.

## Why it matters
A model that is handed an image shows how well it copies, not what it learned.

## Evidence
The harness calls the sampler twice with one seed. Then it refuses every data file, overwrites by noise all that the
process holds of the data set, and calls it once more with the same seed. The same samples need no data; others, or a
failure, do. Without a sampler that can be called again, or when a seed does not repeat its samples, nothing is known.
What a sampler remembers of the data in another form, such as codes of training images, is not found this way.

## How to fix
Draw the input of the generator from a prior distribution, and read no data while sampling. Define
`generate_samples(n)` that depends on the seed only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from validator.evidence import Evidence, Flag
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.flags import DATA_UNKNOWN, NEEDS_DATA, WITHOUT_DATA, of_kind
from validator.marking.rubric import Clause

READINGS = ()
LIMITS: dict[str, object] = {}
WHAT = "whether the samples come from noise and not from data"


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails when the samples change without the data, passes when they stay; else unknown with the reason."""
    metrics = evidence.metrics_of(clause.about)
    if metrics is None:
        yield _unknown(why_absent(evidence, "samples"))
        return
    needs, same = of_kind(metrics.flags, NEEDS_DATA), of_kind(metrics.flags, {WITHOUT_DATA})
    for flag in needs or same[:1]:
        yield _finding("fail" if needs else "pass", flag)
    if not needs and not same:
        unclear = "; ".join(flag.detail for flag in of_kind(metrics.flags, {DATA_UNKNOWN}))
        yield _unknown(unclear or "no sampler was called without the data sets")


def _unknown(why: str) -> Finding:
    return Finding(verdict="unknown", message=f"{WHAT}: {why}")


def _finding(verdict: Literal["pass", "fail"], flag: Flag) -> Finding:
    return Finding(verdict=verdict, message=flag.detail, where=flag.where, witness=flag.source)
