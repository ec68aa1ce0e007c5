"""Which files a run handed out, as one digest: what scoring depends on. Reads bytes and believes nothing of them."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from validator.measuring.probes.task import Task
from validator.running.files import opened_regular
from validator.running.keys import key_of

FOLDERS = ("handed", "secret")
"""Under the run's folder: what the student's process handed out, and the order in which it was asked."""


def handed_digest(task: Task, role: str) -> str:
    """Digest over the names and contents of the regular files in these folders; links are not followed."""
    top = task.run_folder(role)
    return key_of([(path.relative_to(top).as_posix(), _digest(path)) for path in _files(top)])


def shown_digest(task: Task, role: str) -> str:
    """Digest of what the run of a role shows: its executed notebook and what it handed out."""
    return key_of([_digest(task.run_folder(role) / "executed.ipynb"), handed_digest(task, role)])


def _files(top: Path) -> Iterator[Path]:
    for name in FOLDERS:
        if (top / name).is_symlink():
            continue
        for folder, below, names in os.walk(top / name, followlinks=False):
            below.sort()
            yield from (Path(folder) / name for name in sorted(names))


def _digest(path: Path) -> str:
    try:
        with opened_regular(path) as stream:
            return hashlib.file_digest(cast(io.BufferedReader, stream), "sha256").hexdigest()
    except OSError:
        return "not a regular file"
