"""Removes run environments that nobody needs: former harnesses', former lists', those of single submissions.

Kept is what a rubric would be given today, what a living process holds, and what was chosen not long ago.
"""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from validator.running.environments import making, record, sealing, using
from validator.running.environments.agent_copy import agent_digest
from validator.running.environments.making import Tell
from validator.running.environments.record import Environment

DAY_SECONDS = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One environment: whether it went (or, when nothing is removed, would go), and why."""

    folder: str
    goes: bool
    why: str
    bytes: int = 0
    """Disk that this frees; files it shares with an environment that stays are none. 0 for one that stays."""


def pruned(
    wanted: Mapping[str, tuple[str, ...]], *, unused_days: float, remove: bool, tell: Tell, root: Path | None = None
) -> tuple[Judged, ...]:
    """Judge every environment, oldest first, and `remove` those that go. Raises NotBuilt where nothing can be written.

    `wanted` is the package list of each rubric by its id.
    """
    with making.only_builder(root, tell) as place:
        every = record.everything(place)
        current = {each.folder: rubric for rubric, each in _current(wanted, every)}
        return tuple(
            _judged(each, current.get(each.folder, ""), unused_days=unused_days, remove=remove)
            for each in reversed(every)
        )


def _current(
    wanted: Mapping[str, tuple[str, ...]], every: tuple[Environment, ...]
) -> Iterator[tuple[str, Environment]]:
    """Each rubric's own: what a run would take now, or renew without installing anything."""
    ours = [each for each in every if (each.python, each.base) == (platform.python_version(), sys.base_prefix)]
    for rubric, packages in wanted.items():
        fitting = [each for each in ours if each.packages == tuple(sorted(packages))]
        newest = next((each for each in fitting if each.agent == agent_digest()), fitting[0] if fitting else None)
        if newest is not None:
            yield rubric, newest


def _judged(each: Environment, rubric: str, *, unused_days: float, remove: bool) -> Judged:
    if rubric:
        return Judged(folder=each.folder, goes=False, why=f"what {rubric} runs in")
    with using.unused(each) as free:
        days = (time.time() - record.last_used(each)) / DAY_SECONDS
        if not free:
            return Judged(folder=each.folder, goes=False, why="a process that runs now has chosen it")
        if days < unused_days:
            why = f"chosen {_ago(days)}, less than {unused_days:g} days"
            return Judged(folder=each.folder, goes=False, why=why)
        freed = sealing.own_bytes(Path(each.folder))
        if remove:
            making.taken_away(Path(each.folder))
        return Judged(folder=each.folder, goes=True, why=f"no rubric's own, last chosen {_ago(days)}", bytes=freed)


def _ago(days: float) -> str:
    return f"{days:.0f} days ago" if days >= 1.5 else "today or yesterday"
