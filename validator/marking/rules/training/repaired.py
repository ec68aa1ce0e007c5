"""The notebook ran only because the harness stood in for what it asked for.

## What it checks
Whether anything was repaired while the notebook ran: imports of Colab, installers, windows, changed folders, data
files served from elsewhere. Only the kinds of repair that the clause lists count.

## Why it matters
A notebook that runs anywhere needs no repair, and what stood in for the real thing may have changed what it shows.

## Evidence
The flags of the run, each with its cell: `repaired` and `data-redirected`, as the agent in the notebook's process
reported them.

## How to fix
Take out mounts, installers and windows, and read the data from the folder the specification names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from validator.evidence import Evidence
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.flags import of_kind
from validator.marking.rubric import Clause
from validator.marking.words import counted, places

READINGS = ()
LIMITS = {"kinds": tuple[Literal["repaired", "data-redirected"], ...]}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails with the repairs; a run that never began needed none that anybody knows of."""
    run = evidence.run_of(clause.about)
    if run is None or run.outcome == "not-started":
        yield Finding(verdict="unknown", message=f"not run: {why_absent(evidence, clause.about)}")
        return
    repairs = of_kind(run.flags, clause.limits["kinds"])
    if not repairs:
        yield Finding(verdict="pass", message="nothing was repaired", where=run.path, witness="reported")
        return
    said = places(f"{flag.detail} ({flag.where})" if flag.where else flag.detail for flag in repairs)
    message = f"{counted(len(repairs), 'repairs')}: {said}"
    yield Finding(
        verdict="fail", message=message, measured=len(repairs), unit="repairs", where=run.path, witness="reported"
    )
