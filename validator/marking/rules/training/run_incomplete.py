"""The notebook did not run to its end.

## What it checks
How the execution of the notebook or script ended: finished, raised, timed out, killed or not started.

## Why it matters
Numbers of a run that broke off are lower bounds, and results that come after the break do not exist.

## Evidence
The outcome of the run and the replies of its cells, with the first cell that failed.

## How to fix
Restart the kernel, run all cells from the top, and hand in what ran through without the machine you wrote it on.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence, Run
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
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
    elif run.outcome == "finished" and any(cell.status == "smoke" for cell in run.cells):
        yield Finding(verdict="unknown", message="only the first steps of each loop were run", where=run.path)
    elif run.outcome == "finished":
        cells = f": {counted(len(run.cells), 'cells')}" if run.cells else ""
        yield Finding(verdict="pass", message=f"ran to its end{cells}", where=run.path, witness="observed")
    else:
        message = ended_text(run) + _failing_cell(run)
        yield Finding(verdict="fail", message=message, where=run.path, witness="observed")


def _failing_cell(run: Run) -> str:
    cell = next((cell for cell in run.cells if cell.status in BROKEN), None)
    if cell is None:
        return ""
    return f"; cell {cell.index}: {cell.status}" + (f", {cell.error}" if cell.error else "")
