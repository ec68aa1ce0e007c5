"""A model has more parameters than allowed.

## What it checks
The parameters of the model the clause is about: the elements of the distinct parameter tensors of every network that
takes part in it, trainable or frozen, tied weights once, buffers not.

## Why it matters
The task is to do much with little.

## Evidence
`{about}.parameters`, counted while the notebook ran, with the networks it consists of and why each is counted. The
count of a run that did not end by itself, or of which part was invisible, is a lower bound: it can fail, and it cannot
pass. Where several models lie in one tensor and only all of them together break the limit, a person decides.

Where the run trained further networks (trials, restarts, an ensemble) that would break the limit were they part of the
model, a person decides; what is over the limit without them fails for that much.

## How to fix
Make the networks smaller; count all of them together. `validate meter` prints what is counted.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.counting import count_of, judged, unknown
from validator.marking.disputes import dispute_of_parameters
from validator.marking.excess import AtLimit
from validator.marking.finding import Finding
from validator.marking.rubric import Clause

READINGS = ("{about}.parameters",)
LIMITS = {"parameters": int, "at_limit": AtLimit}
UNIT = "parameters"


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """The count against the limit."""
    count = count_of(evidence, role=clause.about, unit=UNIT, limits=clause.limits)
    if isinstance(count, str):
        yield unknown(f"parameters: {count}", unit=UNIT)
        return
    run = evidence.run_of(clause.about)
    dispute = dispute_of_parameters(run, count)
    if dispute:
        yield unknown(dispute, unit=UNIT, count=count)
        return
    yield from judged(count, run)
