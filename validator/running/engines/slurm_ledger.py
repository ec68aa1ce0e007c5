"""What was handed to Slurm under an output folder, and until when each task can be alive. Asks nobody; pure but for
reading and writing its one file."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from validator import plain
from validator.running.files import read_regular, write_atomically

SCHEMA = 1
GRACE = timedelta(minutes=5)
"""Clocks differ, Slurm checks limits once a minute, and what it ends has `KillWait` to go."""


class LedgerError(ValueError):
    """The ledger cannot be read; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One submission handed to Slurm."""

    submission: str
    task: str
    """The task file, relative to the Slurm folder."""
    key: str
    """Digest of all that the task file says: an equal one asks for the same measurements."""
    job: str = ""
    """What Slurm calls it, such as `12_3`; empty when the head died before it was told."""
    submitted_at: str
    """ISO 8601, UTC."""
    walltime_minutes: int
    turns: int = 1
    """How many tasks of its array have to run one after the other until it has run, under the array's own throttle."""

    def alive_until(self, *, started_at: str = "") -> datetime:
        """When it is certainly over: its start, or else its hand-in and the turns before it, plus the walltime."""
        walltime = timedelta(minutes=self.walltime_minutes)
        if started_at:
            return datetime.fromisoformat(started_at) + walltime + GRACE
        return datetime.fromisoformat(self.submitted_at) + walltime * self.turns + GRACE


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """Every entry in the order of handing in; the last one of a submission counts."""

    schema: int = SCHEMA
    user: str = ""
    """Whose jobs these are: Slurm may hide them from others."""
    rubric: str = ""
    """The rubric named when submissions were last handed in."""
    entries: tuple[Entry, ...] = ()

    def current(self) -> dict[str, Entry]:
        """Submission to its last entry."""
        return {entry.submission: entry for entry in self.entries}

    def with_entries(self, entries: Sequence[Entry], *, rubric: str) -> Ledger:
        """The ledger after more was handed in."""
        return dataclasses.replace(self, user=user(), rubric=rubric, entries=(*self.entries, *entries))

    def with_jobs(self, jobs: dict[str, str]) -> Ledger:
        """The ledger after Slurm named its jobs: task file to job."""
        named = tuple(dataclasses.replace(entry, job=jobs.get(entry.task, entry.job)) for entry in self.entries)
        return dataclasses.replace(self, entries=named)


def slurm_folder(out: Path) -> Path:
    """Where everything about Slurm lies under an output folder."""
    return out / "slurm"


def ledger_path(out: Path) -> Path:
    """Where the ledger lies."""
    return slurm_folder(out) / "ledger.json"


def read_ledger(out: Path) -> Ledger | None:
    """The ledger; None when nothing was ever handed in. Raises LedgerError for one that cannot be read."""
    path = ledger_path(out)
    try:
        ledger = plain.from_plain(Ledger, json.loads(read_regular(path)))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise LedgerError(f"{path}: cannot be read ({error}); set it aside to submit everything anew") from error
    if ledger.schema != SCHEMA:
        raise LedgerError(f"{path}: ledger schema {ledger.schema}, this harness reads {SCHEMA}; collect with that one")
    return ledger


def write_ledger(out: Path, ledger: Ledger) -> None:
    """Replace the ledger. Raises OSError."""
    write_atomically(ledger_path(out), json.dumps(plain.to_plain(ledger), indent=1, sort_keys=True).encode())


def user() -> str:
    """The account that runs this, as a number: names come from the environment, and jobs belong to numbers."""
    return str(os.getuid()) if hasattr(os, "getuid") else ""


def now() -> datetime:
    """The time of this host, in UTC: nodes have other clocks, and only minutes count here."""
    return datetime.now(UTC)
