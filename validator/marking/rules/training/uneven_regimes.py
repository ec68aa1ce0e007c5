"""Two networks that are to be compared were trained under different conditions.

## What it checks
For each of the networks that the clause names: steps and gradient computations, images seen in training and images a
batch, how often its design was trained or initialised again, the optimisers with their settings, and how the learning
rate began, ended and changed. Numbers that lie within the tolerances of the clause count as alike.

## Why it matters
A comparison says something of the networks only if both had the same chance: more steps, more trials or better tuned
settings for one of them are an explanation of their own.

## Evidence
The networks of the run as the meter counted them, and what their optimisers held at the first call and over the
training, as reported from inside the process. Where the run did not end by itself, or something was not seen of every
network, nothing is said to be even. Augmentation, initial values and how settings were chosen elsewhere are not seen.

A difference is named and is no verdict on fairness: settings that were tuned alike for each network may well differ.

## How to fix
Train both networks with one function and one set of settings, tune both with the same number of trials, and say in the
paper what differs and why.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from validator.evidence import Evidence
from validator.marking.finding import Finding
from validator.marking.networks import Named, all_named
from validator.marking.regimes import Row, lacking, rows
from validator.marking.rubric import Clause
from validator.marking.words import ended_text

READINGS = ()
LIMITS = {"networks": tuple[str, ...], "steps_share": Decimal, "settings_share": Decimal}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails with what differs; passes where everything was seen and is alike."""
    found = all_named(evidence, clause.limits["networks"])
    if isinstance(found, str):
        yield Finding(verdict="unknown", message=f"nothing to compare: {found}")
        return
    compared = rows(found, clause.limits)
    differing = [row for row in compared if row.differs]
    broken = next((one.run for one in found if not one.run.complete), None)
    where = ", ".join(dict.fromkeys(one.run.path for one in found))
    if differing:
        said = "; ".join(_said(row, found) for row in differing)
        if broken is None:
            yield Finding(verdict="fail", message=f"differs: {said}", where=where, witness="reported")
            return
        yield Finding(verdict="unknown", message=f"{ended_text(broken)}; until then differs: {said}", where=where)
    elif broken is not None:
        yield Finding(verdict="unknown", message=f"not everything was counted: {ended_text(broken)}", where=where)
    elif lacking(compared):
        unseen = ", ".join(lacking(compared))
        yield Finding(verdict="unknown", message=f"alike as far as seen; not seen of both: {unseen}", where=where)
    else:
        said = "; ".join(_said(row, found[:1]) for row in compared)
        yield Finding(verdict="pass", message=f"alike: {said}", where=where, witness="reported")


def _said(row: Row, networks: tuple[Named, ...]) -> str:
    """`steps 1,200 (plain), 1,800 (se)`; of one network alone without its name."""
    if len(networks) == 1:
        return f"{row.fact} {row.values[0]}"
    values = ", ".join(f"{value} ({one.name})" for value, one in zip(row.values, networks, strict=True))
    return f"{row.fact} {values}"
