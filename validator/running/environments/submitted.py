"""Which Python the notebooks of one submission run in, where its rubric takes the submission's own requirements.txt.

What cannot be taken or installed is told, and the run goes on in the environment of the rubric's list.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from validator.evidence import Layout
from validator.measuring.probes.requirement_lines import FILE_BYTES, laid_over
from validator.measuring.probes.task import Task
from validator.plan import RunEnvironment
from validator.running.environments import making, reading
from validator.running.environments.asked import Asked
from validator.running.environments.choosing import Choice, of
from validator.running.environments.installing import GIB, BuildLimits
from validator.running.environments.making import Tell
from validator.running.environments.places import NotBuilt

FILE_NAME = "requirements.txt"
LIMITS = BuildLimits(wall_seconds=1200.0, disk_bytes=20 * GIB, free_bytes=5 * GIB)
REASONS_SHOWN = 5


def chosen_for(choice: Choice, task: Task, layout: Layout, *, tell: Tell) -> tuple[Choice, Task]:
    """What the submission's notebooks run in, and the task that says so."""
    chosen = for_submission(choice, task.plan.environment, layout=layout, unpacked=task.unpacked, tell=tell)
    return chosen, replace(task, interpreter=chosen.interpreter, environment=chosen.digest)


def for_submission(
    choice: Choice,
    wanted: RunEnvironment,
    *,
    layout: Layout,
    unpacked: Path,
    tell: Tell,
    wheels: Path | None = None,
    limits: BuildLimits = LIMITS,
) -> Choice:
    """The environment of the submission's list laid over the rubric's; the cohort's own choice where that fails."""
    path = _file(layout)
    if wanted.requirements != "submission" or choice.asked_for or path is None:
        return choice
    with (unpacked / path).open("rb") as file:
        found = reading.read_boxed(file.read(FILE_BYTES + 1))
    if found.refused:
        return _instead(choice, "; ".join(refusal.message for refusal in found.refused[:REASONS_SHOWN]), tell)
    asked = Asked(packages=laid_over(wanted.packages, found.packages))
    try:
        made = making.make(asked, tell=tell, wheels=wheels, limits=limits)
    except NotBuilt as error:
        return _instead(choice, f"it could not be installed: {error}", tell)
    return of(made, why=f"made from the submission's {path} laid over the rubric's list")


def _file(layout: Layout) -> str | None:
    """The outermost file of that name."""
    named = (entry.path for entry in layout.files if entry.path.rsplit("/", 1)[-1].lower() == FILE_NAME)
    return min(named, key=lambda path: (path.count("/"), path), default=None)


def _instead(choice: Choice, reason: str, tell: Tell) -> Choice:
    why = f"{choice.why}; not the submission's {FILE_NAME}: {reason}"
    tell(f"run environment: {why}")
    return replace(choice, why=why)
