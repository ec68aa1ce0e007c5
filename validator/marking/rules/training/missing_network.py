"""One of the networks that are to be compared was not found trained.

## What it checks
Whether each network that the clause names was trained in the run and gave predictions for the official test images.

## Why it matters
A comparison needs all of its sides.

## Evidence
The networks that gave predictions after the run, named from the one with the fewest parameters to the one with the
most, with their parameters and steps. What the program does not find is unknown and never missing: a network may have
been trained in a file that was not executed, or be gone at the end.

## How to fix
Train all networks in one notebook, or each in one of its own, and leave each trained network in a variable at its end.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence
from validator.marking.finding import Finding
from validator.marking.networks import named
from validator.marking.rubric import Clause
from validator.marking.words import counted

READINGS = ()
LIMITS = {"networks": tuple[str, ...]}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding for each network: passes with its size and steps, otherwise unknown."""
    for name in clause.limits["networks"]:
        found = named(evidence, name)
        if isinstance(found, str):
            yield Finding(verdict="unknown", message=f"{name}: {found}")
            continue
        network = found.network
        steps = counted(network.steps, "steps") if network.steps is not None else f"steps not counted: {network.why}"
        yield Finding(
            verdict="pass" if network.steps else "unknown",
            message=f"{name} is {network.name}: {counted(network.parameters, 'parameters')}, {steps}",
            measured=network.steps,
            unit="steps",
            where=found.run.path,
            witness="reported",
        )
