"""Executes the notebooks and scripts of one role, one after the other in one folder: what one writes the next can read.

Each has a kernel, records and a result of its own, and limits of its own; the time of all together is limited too.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from validator.evidence import Flag, Run
from validator.measuring.probes import run, run_scratch
from validator.measuring.probes.run_box import BoxProblem
from validator.measuring.probes.run_meter import Brought, handed_in
from validator.measuring.probes.task import Task

TIME_USED_UP, NOT_AFTER_OTHERS = "time-used-up", "not-after-others"
STARTS = 2
LEAST_SECONDS = 5.0
"""A kernel needs about as long to start."""


def runs(task: Task, role: str, paths: Sequence[str]) -> tuple[Run, ...]:
    """Execute these files of the unpacked submission in turn; whatever one does, the next is executed too."""
    until = time.monotonic() + task.plan.run.together_seconds
    found = []
    with run_scratch.scratch(submission=task.unpacked) as scratch:
        brought = Brought(files=handed_in(scratch.work), began_ns=time.time_ns())
        for number, path in enumerate(paths):
            name = run_name(role, number)
            left = until - time.monotonic()
            if left < LEAST_SECONDS:
                found.append(_too_late(task, name, path))
                continue
            if not number:
                found.append(run.run_in(scratch, task=_within(task, left), role=name, path=path, brought=brought))
            else:
                found.append(_after_others(scratch, _within(task, left), name, path, brought))
    return tuple(replace(each, of=role) for each in found)


def _after_others(scratch: run_scratch.Scratch, task: Task, name: str, path: str, brought: Brought) -> Run:
    """The same where others ran before; what they left, a full disk for one, may keep the kernel from starting.

    Whether they did or the machine is then not known: it is tried twice, and what ran before is not lost over it.
    """
    why = ""
    for _ in range(STARTS):
        run_scratch.used_again(scratch)
        run_scratch.handed_in_again(scratch, submission=task.unpacked, path=path)
        try:
            return run.run_in(scratch, task=task, role=name, path=path, brought=brought)
        except BoxProblem as problem:
            why = f"it did not start in the folder in which the files before it had run: {problem}"
    return run.not_started(path=path, role=name, why=why, flags=(Flag(kind=NOT_AFTER_OTHERS, detail=why),))


def run_name(role: str, number: int) -> str:
    """What the run of the file with this number, from 0, is called: `code`, `code-2`."""
    return f"{role}-{number + 1}" if number else role


def _within(task: Task, seconds: float) -> Task:
    """The same task, with no more time for one file than is left for all."""
    limits = task.plan.run
    shorter = replace(limits, wall_seconds=min(limits.wall_seconds, seconds))
    return replace(task, plan=replace(task.plan, run=shorter))


def _too_late(task: Task, name: str, path: str) -> Run:
    run_scratch.fresh(task.run_folder(name))
    why = f"the files before it used up the {task.plan.run.together_seconds:g} s that all have together"
    return run.not_started(path=path, role=name, why=why, flags=(Flag(kind=TIME_USED_UP, detail=why),))
