"""What is kept of a cohort between runs: one JSON a stage, found again by a key over everything it depends on.

A stage's file is written once it is complete, by rename; attempts are appended beside it and never rewritten.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from validator import plain
from validator.running.files import append_line, read_regular, write_atomically
from validator.running.result import StageResult

SCHEMA = 1


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One finished stage: its key, its result, and when and where it was made."""

    schema: int
    stage: str
    key: str
    result: StageResult
    made_at: str
    """ISO 8601, UTC."""
    host: str
    seconds: float
    versions: dict[str, str] = field(default_factory=dict)


def key_of(*parts: object) -> str:
    """SHA-256 over the parts as JSON: equal parts, equal key."""
    text = json.dumps([plain.to_plain(part) for part in parts], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


class Store:
    """The stage files of one submission, under `<home>/stages/`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "stages"

    def path(self, stage: str) -> Path:
        """Where the stage's result lies."""
        return self.folder / f"{stage}.json"

    def find(self, *, stage: str, key: str) -> Kept | None:
        """The kept result of that stage under that key; None when absent, torn or made under another key only."""
        found = (_read(path) for path in (self.path(stage), self._aside(stage, key)))
        return next((kept for kept in found if kept is not None and kept.key == key), None)

    def read(self, stage: str) -> Kept | None:
        """The latest result of that stage whatever its key."""
        return _read(self.path(stage))

    def keep(self, kept: Kept) -> None:
        """Write the result of a finished stage; what was kept under another key is put aside, for it may cost hours."""
        before = self.read(kept.stage)
        if before is not None and before.key != kept.key:
            self.path(kept.stage).replace(self._aside(kept.stage, before.key))
        text = json.dumps(plain.to_plain(kept), indent=1, sort_keys=True, allow_nan=False)
        write_atomically(self.path(kept.stage), text.encode())

    def _aside(self, stage: str, key: str) -> Path:
        return self.folder / f"{stage}.{key[:16]}.json"

    def note_attempt(self, *, stage: str, started_at: str, ended: str) -> None:
        """Append how one attempt ended; attempts are never rewritten."""
        append_line(self.folder / "attempts.jsonl", json.dumps({"stage": stage, "started": started_at, "ended": ended}))


def _read(path: Path) -> Kept | None:
    try:
        kept = plain.from_plain(Kept, json.loads(read_regular(path)))
    except (OSError, ValueError, RecursionError):
        return None
    return kept if kept.schema == SCHEMA else None
