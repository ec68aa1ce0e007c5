"""The notebook did not run to its end.

## What it checks
How the execution of the notebook or script ended: finished, raised, timed out, killed or not started.

## Why it matters
Numbers of a run that broke off are lower bounds, and results that come after the break do not exist.

## Evidence
The outcome of the run and the replies of its cells, with the first cell that failed.

A run that needed a GPU where there was none is unknown: it is run again where there is one.

## How to fix
Restart the kernel, run all cells from the top, and hand in what ran through without the machine you wrote it on.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Cell, Evidence, Run
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.flags import NEEDS_GPU, of_kind
from validator.marking.rubric import Clause
from validator.marking.words import counted, ended_text

READINGS = ("{about}.steps",)
LIMITS: dict[str, object] = {}

BROKEN = ("error", "timeout", "died")


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails with the first cell that did not end well."""
    run = evidence.run_of(clause.about)
    if run is None:
        yield Finding(verdict="unknown", message=f"not run: {why_absent(evidence, clause.about)}")
    elif _ended_early(run):
        message = f"only the first steps of each loop were run{_failing_cell(run)}"
        yield Finding(verdict="unknown", message=message, where=run.path)
    elif run.outcome == "finished":
        cells = f": {counted(len(run.cells), 'cells')}" if run.cells else ""
        yield Finding(verdict="pass", message=f"ran to its end{cells}", where=run.path, witness="observed")
    elif _only_lacked_a_gpu(run):
        message = f"{_place(run)}needs a GPU, this machine has none"
        yield Finding(verdict="unknown", message=message, where=run.path, witness="reported")
    else:
        message = ended_text(run) + _failing_cell(run)
        yield Finding(verdict="fail", message=message, where=run.path, witness="observed")


def _ended_early(run: Run) -> bool:
    """Whether a smoke run ended a cell before anything broke; what broke after it may follow from it."""
    smoke = next((cell.index for cell in run.cells if cell.status == "smoke"), None)
    broken = _first_broken(run)
    return smoke is not None and (broken is None or broken.index > smoke)


def _only_lacked_a_gpu(run: Run) -> bool:
    """Whether nothing broke before the first cell that asked for a GPU; what broke after it may follow from it."""
    needs, broken = of_kind(run.flags, {NEEDS_GPU}), _first_broken(run)
    return bool(needs) and (broken is None or needs[0].where in ("", f"cell {broken.index}"))


def _place(run: Run) -> str:
    cell = _first_broken(run)
    return f"cell {cell.index} " if cell else ""


def _first_broken(run: Run) -> Cell | None:
    return next((cell for cell in run.cells if cell.status in BROKEN), None)


def _failing_cell(run: Run) -> str:
    cell = _first_broken(run)
    if cell is None:
        return ""
    return f"; cell {cell.index}: {cell.status}" + (f", {cell.error}" if cell.error else "")
