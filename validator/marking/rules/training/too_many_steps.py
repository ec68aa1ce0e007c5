"""A model was trained for more steps than allowed.

## What it checks
The optimisation steps of the model the clause is about, the largest number over its networks. A step is an update:
some parameter holds a new value after a gradient computation reached it.

## Why it matters
The task is to learn much in a short training.

## Evidence
`{about}.steps`, counted while the notebook ran, with the gradient computations and the optimiser calls beside it.
Where these would be judged differently, or witnesses disagree, a person decides. The count of a run that did not end
by itself is a lower bound: it can fail, and it cannot pass.

Where the run trained further networks (trials, restarts, an ensemble) that would break the limit were they part of the
model, a person decides; what is over the limit without them fails for that much.

## How to fix
Train for fewer steps, over all loops of the notebook together. `validate meter` prints what is counted.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.counting import Count, count_of, judged, unknown
from validator.marking.excess import AtLimit, same_band
from validator.marking.finding import Finding
from validator.marking.flags import COUNTS_DISAGREE, of_kind
from validator.marking.rubric import Clause

READINGS = ("{about}.steps", "{about}.gradient_computations", "{about}.optimiser_calls")
LIMITS = {"steps": int, "at_limit": AtLimit}
UNIT = "steps"


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """The count against the limit, or unknown where other counts of the same training would be judged differently."""
    count = count_of(evidence, role=clause.about, unit=UNIT, limits=clause.limits)
    if isinstance(count, str):
        yield unknown(f"steps: {count}", unit=UNIT)
        return
    dispute = _dispute(evidence, clause.about, count)
    if dispute:
        yield unknown(dispute, unit=UNIT, count=count)
        return
    yield from judged(count, evidence.run_of(clause.about))


def _dispute(evidence: Evidence, role: str, count: Count) -> str:
    """Why the number of steps can be read in more than one way, with all numbers; or nothing."""
    gradients = _number(evidence, f"{role}.gradient_computations")
    calls = _number(evidence, f"{role}.optimiser_calls")
    numbers = f"{count.value:,} steps, {_said(gradients)} gradient computations, {_said(calls)} optimiser calls"
    run = evidence.run_of(role)
    disagreeing = of_kind(run.flags, COUNTS_DISAGREE) if run and not run.agreement else []
    if disagreeing:
        return f"the witnesses disagree: {'; '.join(flag.detail for flag in disagreeing)} ({numbers})"
    # No optimiser call at all is training by hand, which the other two counts see alike.
    others = [number for number in (gradients, calls or None) if number is not None]
    if same_band([count.value, *others], limit=count.limit, at_limit=count.at_limit):
        return ""
    return f"{numbers}: they would be judged differently against {count.limit:,}, and the rule can be read either way"


def _number(evidence: Evidence, name: str) -> int | None:
    value = evidence.reading(name).value
    return None if value is None else int(value)


def _said(number: int | None) -> str:
    return "an unknown number of" if number is None else f"{number:,}"
