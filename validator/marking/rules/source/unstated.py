"""The code does not state something it must state.

## What it checks
Whether the code prints each of the facts the clause lists for its model: the number of parameters, the number of steps.

## Why it matters
The statement is asked for, and it lets a reader compare the claim with what was measured.

## Evidence
The source probe's flags on prints that name a number of parameters. Steps cannot be found in this version. What the
program does not find, a person may.

## How to fix
Print the fact with its name, once, after the model was built or trained.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from validator.evidence import NOT_MEASURED, Evidence, Source
from validator.marking.absence import why_absent
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
            yield _stated(sources, fact)


def _stated(sources: list[Source], fact: str) -> Finding:
    if fact == "steps":
        return Finding(verdict="unknown", message=f"whether the code states its steps: {NOT_MEASURED}")
    said = [f"{source.path} {flag.where}" for source in sources for flag in of_kind(source.flags, {STATES_PARAMETERS})]
    if said:
        return Finding(
            verdict="pass", message=f"parameters are printed at {places(said)}", where=said[0], witness="observed"
        )
    return Finding(verdict="unknown", message="no print of a number of parameters was found by the program")
