"""Which Python the notebooks of one submission run in, where its rubric takes the submission's own requirements.txt.

What of it cannot be taken or installed is left out and told; where nothing is left, the run goes on in the environment
of the rubric's list.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from validator.evidence import Layout
from validator.measuring.probes.requirement_lines import FILE_BYTES, laid_over, once_each
from validator.measuring.probes.task import Task
from validator.plan import RunEnvironment
from validator.running.environments import making, reading, remembered
from validator.running.environments.asked import Asked
from validator.running.environments.choosing import Choice, of
from validator.running.environments.easing import Eased, eased
from validator.running.environments.installing import GIB, BuildLimits
from validator.running.environments.making import Tell
from validator.running.environments.mates import matched
from validator.running.environments.places import NotBuilt
from validator.running.environments.record import Environment

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
    """The environment of the submission's list, as much of it as can be had, laid over the rubric's; else as given."""
    path = _file(layout)
    if wanted.requirements != "submission" or choice.asked_for or path is None:
        return choice
    with (unpacked / path).open("rb") as file:
        found = reading.read_boxed(file.read(FILE_BYTES + 1))
    refused = [refusal.message for refusal in found.refused if not refusal.instead]
    if not found.named:
        return _instead(choice, _some(refused) if refused else "it names no package", tell)
    made, taken = _made(wanted, found.named, tell=tell, wheels=wheels, limits=limits)
    if isinstance(made, str):
        return _instead(choice, f"it could not be installed: {made}", tell)
    changed = [refusal.instead for refusal in found.refused if refusal.instead]
    words = [*taken.changes, *(f"{line} by its name" for line in changed), *refused]
    but = f"; not as written: {_some(words)}" if words else ""
    if but:
        tell(f"run environment: the submission's {path}{but}")
    return of(made, why=f"made from the submission's {path} laid over the rubric's list{but}")


def _made(
    wanted: RunEnvironment, named: tuple[str, ...], *, tell: Tell, wheels: Path | None, limits: BuildLimits
) -> tuple[Environment | str, Eased]:
    """The environment of as much of the list as can be installed, or why of nothing; in the time for one."""
    until = time.monotonic() + limits.wall_seconds
    first = Eased(lines=once_each(named))
    whole = Asked(packages=laid_over(wanted.packages, first.lines))
    now = remembered.recall(whole) or first
    while True:
        left = replace(limits, wall_seconds=max(until - time.monotonic(), 1.0))
        asked = Asked(packages=matched(laid_over(wanted.packages, now.lines)))
        try:
            made = making.make(asked, tell=tell, wheels=wheels, limits=left)
            if now.changes:
                remembered.remember(whole, now)
            return made, now
        except NotBuilt as error:
            weaker = eased(now, str(error))
            if weaker is None or not weaker.lines or time.monotonic() >= until:
                return str(error), now
            tell(f"run environment: {weaker.changes[-1]}")
            now = weaker


def _some(words: list[str]) -> str:
    more = f" and {len(words) - REASONS_SHOWN} more" if len(words) > REASONS_SHOWN else ""
    return "; ".join(words[:REASONS_SHOWN]) + more


def _file(layout: Layout) -> str | None:
    """The outermost file of that name."""
    named = (entry.path for entry in layout.files if entry.path.rsplit("/", 1)[-1].lower() == FILE_NAME)
    return min(named, key=lambda path: (path.count("/"), path), default=None)


def _instead(choice: Choice, reason: str, tell: Tell) -> Choice:
    why = f"{choice.why}; not the submission's {FILE_NAME}: {reason}"
    tell(f"run environment: {why}")
    return replace(choice, why=why)
