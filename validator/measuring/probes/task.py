"""What one stage process is told: which submission, where its files go, what to measure and with which data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
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
    interpreter: str | None = None
    """Python of the run environment; None means the harness's own."""
    environment: str = ""
    """Digest of the run environment's frozen list."""
    self_test: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By framework, the version that the meter was tested with and what it then miscounted; empty: not tested."""
    tier: str = ""
    """The sandbox tier to execute in; empty for the best that works here."""
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
        return json.dumps(plain.to_plain(self), sort_keys=True)

    @classmethod
    def loads(cls, text: str) -> Task:
        """Read a task from its JSON."""
        return plain.from_plain(cls, json.loads(text))
