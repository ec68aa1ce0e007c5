"""What one stage process is told: which submission, where its files go, what to measure and with which data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from validator import plain
from validator.evidence import Submission
from validator.plan import Plan


@dataclass(frozen=True, kw_only=True)
class Task:
    """One submission to measure. Paths are absolute; `home` is the submission's folder under `--out`."""

    submission: Submission
    given: str
    """The zip or folder as handed in."""
    home: str
    plan: Plan
    data: str | None = None
    """Folder of the data sets, or None when there is none."""
    weights: str | None = None
    """The FID Inception weights file, or None to look in the usual places."""
    lookalike: bool = False
    """Whether data and weights that are not the official ones may be used (and are called look-alike)."""

    @property
    def unpacked(self) -> Path:
        """The submission's files, unpacked once by the static stage and never executed in place."""
        return Path(self.home) / "submission"

    def run_folder(self, role: str) -> Path:
        """Where the run of this role keeps its executed notebook, records and handed-out arrays."""
        return Path(self.home) / "run" / role

    def handed(self, role: str) -> Path:
        """Predictions and samples that the student's process handed out; never unpickled."""
        return self.run_folder(role) / "handed"

    def dumps(self) -> str:
        """The task as JSON."""
        return json.dumps(plain.to_plain(self), indent=1, sort_keys=True)

    @classmethod
    def loads(cls, text: str) -> Task:
        """Read a task from its JSON."""
        return plain.from_plain(cls, json.loads(text))
