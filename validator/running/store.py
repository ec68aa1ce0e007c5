"""What is kept of a cohort between runs: one JSON a stage, found again by a key over everything it depends on.

A stage's file is written once it is complete, by rename; every attempt has a file of its own beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from validator import plain
from validator.running.attempts import Attempts
from validator.running.files import read_regular, write_atomically
from validator.running.keys import changed, key_of
from validator.running.result import StageResult

__all__ = ["SCHEMA", "Kept", "Store", "key_of"]

SCHEMA = 1


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One finished stage: its key, its result, and when and where it was made."""

    schema: int
    stage: str
    key: str
    """One digest over all parts."""
    result: StageResult
    made_at: str
    """ISO 8601, UTC."""
    host: str
    seconds: float
    versions: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    """What notebooks could import while it was made; empty for a stage that executes nothing."""
    gpu: str = ""
    """The GPU whose slot it ran in; empty when none was assigned."""
    parts: dict[str, str] = field(default_factory=dict)
    """What the result depends on, by name, so that the reason of measuring again can be told."""


class Store:
    """The stage files of one submission, under `<home>/stages/`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "stages"
        self.attempts = Attempts(self.folder)

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
        text = json.dumps(plain.to_plain(kept), sort_keys=True, allow_nan=False)
        write_atomically(self.path(kept.stage), text.encode())

    def _aside(self, stage: str, key: str) -> Path:
        return self.folder / f"{stage}.{key[:16]}.json"

    def forget(self, *, stage: str, key: str) -> None:
        """Remove the result of that stage under that key: what it stands for is gone, or is to be made anew."""
        for path in (self.path(stage), self._aside(stage, key)):
            found = _read(path)
            if found is not None and found.key == key:
                path.unlink(missing_ok=True)

    def why_again(self, *, stage: str, parts: Mapping[str, str]) -> str:
        """What changed since the stage was measured last, in words; empty when it never was."""
        before = self.read(stage)
        return changed(before=before.parts, now=parts) if before is not None else ""


def _read(path: Path) -> Kept | None:
    try:
        kept = plain.from_plain(Kept, json.loads(read_regular(path)))
    except (OSError, ValueError, RecursionError):
        return None
    return kept if kept.schema == SCHEMA else None
