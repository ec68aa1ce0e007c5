"""The code does not state something it must state.

## What it checks
Whether the code states each of the facts the clause lists for its model: the number of parameters, the number of steps.

## Why it matters
The statement is asked for, and it lets a reader compare the claim with what was measured.

## Evidence
Numbers in the stored outputs and text cells of the notebook; what it printed when it was run here; and the source
probe's flags on prints that name a number of parameters. What the program does not find, a person may.

## How to fix
Print the fact with its name, once, after the model was built or trained.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from validator.evidence import Evidence, Source
from validator.marking.absence import why_absent
from validator.marking.claims import Fact, candidates, listed
from validator.marking.finding import Finding
from validator.marking.flags import STATES_PARAMETERS, of_kind
from validator.marking.rubric import Clause
from validator.marking.words import places

READINGS = ()
LIMITS = {"facts": tuple[Literal["parameters", "steps"], ...]}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding for each fact; never a fail, because not found is not missing."""
    sources = [source for source in evidence.sources if source.role == clause.about]
    for fact in clause.limits["facts"]:
        if not sources:
            why = why_absent(evidence, clause.about or "source")
            yield Finding(verdict="unknown", message=f"{fact}: no code was read: {why}")
        else:
            yield _stated(evidence, sources, Fact(kind=fact, about=clause.about))


def _stated(evidence: Evidence, sources: list[Source], fact: Fact) -> Finding:
    stored = [claim for source in sources for claim in candidates(source.claims, fact)[0]]
    if stored:
        message = f"{fact.name} as handed in: {listed(stored)}"
        return Finding(verdict="pass", message=message, where=stored[0].where, witness="claimed")
    run = evidence.run_of(fact.about)
    printed = candidates(run.claims, fact)[0] if run else []
    if printed:
        message = f"{fact.name}, printed when run here: {listed(printed)}"
        return Finding(verdict="pass", message=message, where=printed[0].where, witness="reported")
    said = [f"{source.path} {flag.where}" for source in sources for flag in of_kind(source.flags, {STATES_PARAMETERS})]
    if said and fact.kind == "parameters":
        return Finding(
            verdict="pass", message=f"parameters are printed at {places(said)}", where=said[0], witness="observed"
        )
    return Finding(verdict="unknown", message=f"{fact.name}: no print or output was found by the program")
