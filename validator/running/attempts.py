"""Every attempt at a stage, one file each: written when it starts, completed once when it ends, never removed.

An attempt without an end whose process is gone was interrupted, and is told so. Knows files; starts nothing.
"""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from validator import plain
from validator.measuring.sandbox.owner import Owner, is_alive
from validator.running.files import read_regular, real_folder, write_atomically

SCHEMA = 1
FINISHED, INTERRUPTED, RUNNING = "finished", "interrupted", "running"
_NAME = re.compile(r"(?P<stage>.+)\.(?P<number>[0-9]{1,9})\.json")


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One start of a stage's process: who started it, why, and how it ended; `ended` is empty while it has not."""

    schema: int = SCHEMA
    stage: str
    number: int
    """Counts the attempts at this stage of this submission from 1, over all runs of `validate`."""
    why: str
    owner: Owner
    started_at: str
    """ISO 8601, UTC; for people. Durations are measured, not computed from it."""
    ended: str = ""
    """`finished`, `interrupted`, or `failed` with its reason."""
    ended_at: str = ""
    seconds: float | None = field(default=None)

    @property
    def how(self) -> str:
        """How it ended, or whether it still runs: what has neither an end nor a living owner was interrupted."""
        if self.ended:
            return self.ended
        return INTERRUPTED if is_alive(self.owner) is False else RUNNING


class Attempts:
    """The attempts at the stages of one submission, under `<home>/stages/attempts/`."""

    def __init__(self, stages: Path) -> None:
        self.folder = stages / "attempts"

    def all(self) -> tuple[Attempt, ...]:
        """Every attempt that can be read, stage by stage in order."""
        found = (_read(path) for _, path in sorted(self._numbered()))
        return tuple(attempt for attempt in found if attempt is not None)

    def begin(self, *, stage: str, why: str, owner: Owner, started_at: str) -> Attempt:
        """Note that an attempt starts now."""
        real_folder(self.folder)
        numbers = [number for (name, number), _ in self._numbered() if name == stage]
        attempt = Attempt(stage=stage, number=1 + max(numbers, default=0), why=why, owner=owner, started_at=started_at)
        self._write(attempt)
        return attempt

    def end(self, attempt: Attempt, *, ended: str, ended_at: str, seconds: float | None) -> None:
        """Complete the attempt's file."""
        real_folder(self.folder)
        self._write(dataclasses.replace(attempt, ended=ended, ended_at=ended_at, seconds=seconds))

    def close_interrupted(self, *, now: str) -> tuple[Attempt, ...]:
        """Complete what a process left open that is gone; when it ended nobody knows, only when it was found."""
        left = [attempt for attempt in self.all() if not attempt.ended and attempt.how == INTERRUPTED]
        for attempt in left:
            self.end(attempt, ended=f"{INTERRUPTED} (found at the next start)", ended_at=now, seconds=None)
        return tuple(left)

    def _write(self, attempt: Attempt) -> None:
        text = json.dumps(plain.to_plain(attempt), sort_keys=True, allow_nan=False)
        write_atomically(self.folder / f"{attempt.stage}.{attempt.number}.json", text.encode())

    def _numbered(self) -> list[tuple[tuple[str, int], Path]]:
        if self.folder.is_symlink() or not self.folder.is_dir():
            return []
        matches = ((_NAME.fullmatch(path.name), path) for path in self.folder.iterdir())
        return [((match["stage"], int(match["number"])), path) for match, path in matches if match]


def _read(path: Path) -> Attempt | None:
    try:
        attempt = plain.from_plain(Attempt, json.loads(read_regular(path)))
    except (OSError, ValueError, RecursionError):
        return None
    return attempt if attempt.schema == SCHEMA else None
