"""The samples come from a network that was not trained.

## What it checks
Whether the network that made the samples is one whose training was seen.

## Why it matters
Counts of one network say nothing about the samples of another: a second network may be larger, trained for longer, or
never trained at all.

## Evidence
The samples probe's flags on the network that was called while the samples were made.

## How to fix
Sample from the network you trained in the same notebook, after training it.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import NOT_MEASURED, Evidence, Flag
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.flags import TRAINED, UNCLEAR, UNTRAINED, of_kind
from validator.marking.rubric import Clause

READINGS = ("{about}.steps",)
LIMITS: dict[str, object] = {}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails with each untrained network that was sampled."""
    flags = [
        flag for metrics in evidence.metrics if metrics.about in (clause.about, "samples") for flag in metrics.flags
    ]
    untrained, trained = of_kind(flags, {UNTRAINED}), of_kind(flags, {TRAINED})
    for flag in untrained:
        yield _finding("fail", flag)
    if trained and not untrained:
        yield _finding("pass", trained[0])
    if not trained and not untrained:
        unclear = "; ".join(flag.detail for flag in of_kind(flags, {UNCLEAR}))
        why = unclear or _why_silent(evidence, clause.about)
        yield Finding(verdict="unknown", message=f"whether the sampled network is the trained one: {why}")


def _why_silent(evidence: Evidence, role: str) -> str:
    """Why no flag says anything of the network: no samples, or nobody looked."""
    if evidence.metrics_of(role) is None:
        return why_absent(evidence, "samples")
    return evidence.reading("samples.count").why or NOT_MEASURED


def _finding(verdict: str, flag: Flag) -> Finding:
    return Finding(
        verdict="fail" if verdict == "fail" else "pass", message=flag.detail, where=flag.where, witness=flag.source
    )
