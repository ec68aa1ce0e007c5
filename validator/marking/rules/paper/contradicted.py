"""The paper states a number that the run contradicts.

## What it checks
The numbers that the paper states of the clause's model (parameters, steps, accuracy, test loss, FID) beside those that
were measured. Parameters and steps agree exactly or within the rounding of what is printed: 98.4k means 98,350 to
98,449. Accuracy, loss and FID agree within the noise of the measurement and of another training, whose size the clause
sets and each finding prints. FIDs of different protocols are never compared.

## Why it matters
A number in a paper is believed. One that cannot be produced again is the first thing a reader asks about.

## Evidence
Every number of the kind that the program found in the paper, with its page and its words; flagged ones (another's
result, a limit, a variant, a tuning run, a layer, an epoch, a point on the way, some of the images, a table, a lost
superscript) can agree and never contradict, nor do counts that add up to the measured one. What differs goes to a
person: the program may have read the wrong number. What it does not find is unknown, never missing.

## How to fix
State the final number of the model you hand in, once and with its unit, and run the notebook from start to end before
you copy it. Say of every other number whose it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking import contradictions
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.rubric import Clause

READINGS = contradictions.READINGS
LIMITS = contradictions.LIMITS
OPTIONAL = contradictions.OPTIONAL


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding for each fact of the clause."""
    if not evidence.papers:
        yield Finding(verdict="unknown", message=f"no paper was read: {why_absent(evidence, 'paper')}")
        return
    claims = [claim for paper in evidence.papers for claim in paper.claims]
    yield from contradictions.findings(
        evidence, about=clause.about, teller="the paper", claims=claims, limits=clause.limits
    )
