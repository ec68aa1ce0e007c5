"""The notebook's stored outputs state a number that the run contradicts.

## What it checks
The numbers in the outputs and text cells that were handed in (parameters, steps, accuracy, test loss, FID) beside those
that were measured when the notebook was run here. Parameters and steps agree exactly or within the rounding of what is
printed; accuracy, loss and FID within the noise of the measurement and of another training, whose size the clause sets.

## Why it matters
Stored outputs can be of an earlier version of the code, or be typed. The run shows what the code does now.

## Evidence
Every number of the kind that the program found in the stored outputs, with its cell and its line, and what the notebook
printed when it was run here. Of the many lines of a training log the last one is kept, which may agree and never
contradicts. A notebook handed in without outputs states nothing, and that is allowed.

## How to fix
Run the notebook from its first to its last cell, and save it then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from validator.evidence import Evidence, Run, Source
from validator.marking import contradictions
from validator.marking.absence import why_absent
from validator.marking.claims import NOT_FOUND
from validator.marking.finding import Finding
from validator.marking.rubric import Clause

READINGS = contradictions.READINGS
LIMITS = contradictions.LIMITS
OPTIONAL = contradictions.OPTIONAL


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding for each fact of the clause; one for all where nothing was handed in with outputs."""
    sources = [source for source in evidence.sources if source.role == clause.about]
    claims = [claim for source in sources for claim in source.claims]
    if not sources:
        why = why_absent(evidence, clause.about or "source")
        yield Finding(verdict="unknown", message=f"no code was read: {why}")
    elif not claims:
        yield Finding(verdict="unknown", message="no number was found in outputs that were handed in")
    elif len(runs := evidence.runs_of(clause.about)) > 1:
        found = [finding for run in runs for finding in _of_one(evidence, clause, run, sources)]
        message = f"parameters, steps and results in the outputs that were handed in: {NOT_FOUND}"
        yield from found or [Finding(verdict="unknown", message=message)]
    else:
        yield from contradictions.findings(
            evidence, about=clause.about, teller="the notebook as handed in", claims=claims, limits=clause.limits
        )


def _of_one(evidence: Evidence, clause: Clause, run: Run, sources: Sequence[Source]) -> Iterator[Finding]:
    """Where each file was executed, the outputs of one beside its own run; silent where it states nothing."""
    claims = [claim for source in sources if source.path == run.path for claim in source.claims]
    own = [replace(claim, about=run.role if claim.about == clause.about else claim.about) for claim in claims]
    teller = f"{run.path} as handed in"
    if own:
        found = contradictions.findings(evidence, about=run.role, teller=teller, claims=own, limits=clause.limits)
        yield from (each for each in found if NOT_FOUND not in each.message)
