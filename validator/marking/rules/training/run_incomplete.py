"""The notebook did not run to its end.

## What it checks
How the execution of the notebook or script ended: finished, raised, timed out, killed or not started. Where every file
is executed, each of them.

## Why it matters
Numbers of a run that broke off are lower bounds, and results that come after the break do not exist.

## Evidence
The outcome of the run and the replies of its cells, with the first cell that failed.

A run that needed a GPU where there was none is unknown: it is run again where there is one. Where every file is
executed, so is one that first broke over a file that was not handed in, a download, or arguments that its command line
lacked, and one for which the others left no time, or that did not start where they had run.

## How to fix
Restart the kernel, run all cells from the top, and hand in what ran through without the machine you wrote it on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from validator.evidence import Cell, Evidence, Run
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.flags import NEEDS_GPU, NOT_REACHED, of_kind
from validator.marking.rubric import Clause
from validator.marking.words import counted, ended_text, places

READINGS = ("{about}.steps",)
LIMITS: dict[str, object] = {}

BROKEN = ("error", "timeout", "died")
ASKS = "SystemExit: 2"
"""How a script ends whose arguments are missing."""
DOWNLOADS = "tried-to-download"
NO_FILE = re.compile(r"FileNotFoundError|No such file or directory|(?:Dataset|Data set) not found")


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails with the first cell that did not end well, of each file that was executed; those that did are one pass."""
    runs = evidence.runs_of(clause.about)
    if not runs:
        yield Finding(verdict="unknown", message=f"not run: {why_absent(evidence, clause.about)}")
    elif len(runs) == 1:
        yield _judged(runs[0])
    else:
        yield from _of_several(runs)


def _of_several(runs: Sequence[Run]) -> Iterator[Finding]:
    """Each that did not end well by its name, and the others together, in their order."""
    found = [(run, _judged(run)) for run in runs]
    for run, finding in found:
        if finding.verdict != "pass":
            yield replace(finding, message=f"{run.path}: {finding.message}")
    whole = [f"{run.path} ({counted(len(run.cells), 'cells')})" for run, finding in found if finding.verdict == "pass"]
    if whole:
        message = f"ran to their ends, in this order: {places(whole)}"
        yield Finding(verdict="pass", message=message, where=found[0][0].path, witness="observed")


def _judged(run: Run) -> Finding:
    if of_kind(run.flags, NOT_REACHED):
        return Finding(verdict="unknown", message=f"not run: {run.detail}", where=run.path)
    if _ended_early(run):
        message = f"only the first steps of each loop were run{_failing_cell(run)}"
        return Finding(verdict="unknown", message=message, where=run.path)
    if run.outcome == "finished":
        cells = f": {counted(len(run.cells), 'cells')}" if run.cells else ""
        return Finding(verdict="pass", message=f"ran to its end{cells}", where=run.path, witness="observed")
    if _only_lacked(run, NEEDS_GPU):
        message = f"{_place(run)}needs a GPU, this machine has none"
        return Finding(verdict="unknown", message=message, where=run.path, witness="reported")
    why = _not_its_own(run) if run.of else ""
    if why:
        place = "" if run.path.lower().endswith(".py") else _place(run)
        return Finding(verdict="unknown", message=f"{place}{why}", where=run.path, witness="reported")
    message = ended_text(run) + _failing_cell(run)
    return Finding(verdict="fail", message=message, where=run.path, witness="observed")


def _not_its_own(run: Run) -> str:
    """What a project lacks here that is not asked of its hand-in: arguments, data, a network to download from."""
    broken = _first_broken(run)
    error = broken.error if broken else ""
    if run.path.lower().endswith(".py") and error == ASKS:
        return "asks for arguments on its command line, and was run without any: how, its README may say"
    if _only_lacked(run, DOWNLOADS):
        return f"asked for something from the network, and there is none here: {error}"
    if NO_FILE.search(error):
        return f"reads a file that is not in the hand-in, as data are not: {error}"
    return ""


def _ended_early(run: Run) -> bool:
    """Whether a smoke run ended a cell before anything broke; what broke after it may follow from it."""
    smoke = next((cell.index for cell in run.cells if cell.status == "smoke"), None)
    broken = _first_broken(run)
    return smoke is not None and (broken is None or broken.index > smoke)


def _only_lacked(run: Run, kind: str) -> bool:
    """Whether nothing broke before the first cell that asked for it; what broke after it may follow from it."""
    needs, broken = of_kind(run.flags, {kind}), _first_broken(run)
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
