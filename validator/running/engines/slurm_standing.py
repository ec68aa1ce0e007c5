"""How one task stands, from its own note, from what Slurm says (if it answers), and from the clock. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from validator.running.engines.slurm_ledger import Entry
from validator.running.engines.slurm_queue import ENDED_BY_SOMEBODY, OVERTIME, RUNNING, WAITING, Said
from validator.running.slurm_task import Note

State = Literal["finished", "waiting", "running", "lost"]
Kind = Literal["", "slurm-timeout", "slurm-cancelled", "slurm-lost"]

SLACK = timedelta(minutes=1)
"""A task told to end within its last minute was told by its limit."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a task is; `kind` and `why` say what became of a lost one, `why` also what another waits for."""

    state: State
    kind: Kind = ""
    why: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more comes from this task."""
        return self.state in ("finished", "lost")


def standing(entry: Entry, note: Note | None, said: Said | None, *, now: datetime) -> Standing:
    """The task's own word that it finished comes first, then Slurm's, then the task's last note, then the clock."""
    if note is not None and note.state == "finished":
        return Standing(state="finished")
    if said is not None and said.state in WAITING:
        return Standing(state="waiting", why=said.reason)
    if said is not None and said.state in RUNNING:
        return Standing(state="running", why=f"since {note.started_at} on {note.host}" if note else said.reason)
    if said is not None and said.state:
        return _ended(said, note)
    if note is not None and note.state in ("cancelled", "failed"):
        return _by_its_note(entry, note)
    if said is not None:
        return _lost("ended, or never began, without a word of its own, and Slurm has forgotten it")
    return _by_the_clock(entry, note, now)


def _ended(said: Said, note: Note | None) -> Standing:
    own = f"; {note.why}" if note is not None and note.why else ""
    word = f"Slurm says {said.state}{own}"
    if said.state in OVERTIME:
        return Standing(state="lost", kind="slurm-timeout", why=f"its walltime was over ({word})")
    if said.state in ENDED_BY_SOMEBODY:
        return Standing(state="lost", kind="slurm-cancelled", why=f"somebody or something ended it ({word})")
    return _lost(f"its process ended without a result ({word})")


def _by_its_note(entry: Entry, note: Note) -> Standing:
    if note.state == "failed":
        return _lost(f"it failed on {note.host}: {note.why}")
    lived = datetime.fromisoformat(note.changed_at) - datetime.fromisoformat(note.started_at)
    if lived >= timedelta(minutes=entry.walltime_minutes) - SLACK:
        return Standing(state="lost", kind="slurm-timeout", why=f"its walltime was over on {note.host} ({note.why})")
    return Standing(state="lost", kind="slurm-cancelled", why=f"somebody or something ended it ({note.why})")


def _by_the_clock(entry: Entry, note: Note | None, now: datetime) -> Standing:
    until = entry.alive_until(started_at=note.started_at if note else "")
    if now < until:
        why = f"Slurm does not answer; given up at {until.isoformat(timespec='minutes')}"
        return Standing(state="running" if note else "waiting", why=why)
    passed = f"Slurm does not answer, and since {until.isoformat(timespec='minutes')} it must be over"
    if note is not None:
        return Standing(state="lost", kind="slurm-timeout", why=f"begun on {note.host}, never finished: {passed}")
    return _lost(f"it never began: {passed}")


def _lost(why: str) -> Standing:
    return Standing(state="lost", kind="slurm-lost", why=why)
