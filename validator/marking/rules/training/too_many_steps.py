"""A model was trained for more steps than allowed.

## What it checks
The optimisation steps of the model the clause is about, the largest number over its networks. A step is an update:
some parameter of the network holds a new value after a gradient computation reached it, whoever wrote the value. All
changes between two gradient computations are one step.

## Why it matters
The task is to learn much in a short training.

## Evidence
`{about}.steps`, counted while the notebook ran, with the gradient computations and the optimiser calls beside it, the
steps there may be at most where some changes could not be told, the steps of the tensor that was updated most often
where parts took turns, and the steps since a network was last initialised in place. Where these would be judged
differently, or witnesses disagree, a person decides. The count of a run that did not end by itself, or of which part
was invisible, is a lower bound: it can fail, and it cannot pass.

Where the run trained further networks (trials, restarts, an ensemble) that would break the limit were they part of the
model, a person decides; what is over the limit without them fails for that much.

## How to fix
Train for fewer steps, over all loops of the notebook together. `validate meter` prints what is counted.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.counting import count_of, judged, unknown
from validator.marking.disputes import dispute_of_steps
from validator.marking.excess import AtLimit
from validator.marking.finding import Finding
from validator.marking.rubric import Clause

READINGS = (
    "{about}.steps",
    "{about}.gradient_computations",
    "{about}.optimiser_calls",
    "{about}.steps_at_most",
    "{about}.steps_of_one_tensor",
)
LIMITS = {"steps": int, "at_limit": AtLimit}
UNIT = "steps"


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """The count against the limit, or unknown where other counts of the same training would be judged differently."""
    count = count_of(evidence, role=clause.about, unit=UNIT, limits=clause.limits)
    if isinstance(count, str):
        yield unknown(f"steps: {count}", unit=UNIT)
        return
    dispute = dispute_of_steps(evidence, clause.about, count)
    if dispute:
        yield unknown(dispute, unit=UNIT, count=count)
        return
    yield from judged(count, evidence.run_of(clause.about))
