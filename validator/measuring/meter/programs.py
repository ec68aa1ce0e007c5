"""Which program a process runs, and whether a student could have written what it does. Linux; knows files and names."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from validator.measuring.meter import proc

INTERPRETERS = re.compile(
    r"(i?python|pypy|perl|ruby|node|nodejs|deno|bun|qjs|julia|octave|octave-cli|R|Rscript|java|php|lua|luajit|tclsh|wish"
    r"|awk|gawk|mawk|nawk|busybox|guile|racket|sbcl|ghc|ocaml|scala|sh|bash|dash|zsh|ksh|mksh|fish|bc|dc|gdb|sqlite3"
    r"|qemu-\w+|wine\w*|ld-linux\S*|ld-\d\S*|ld\.so\S*|ld-musl\S*)(-?\d[\d.]*)?(-\w+)?"
)
"""They do what a text says, whoever wrote it."""
OPEN_TO_ALL = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - names to compare with, not files to write
UNNAMED = (" (deleted)", "/memfd:")


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What was there before the run, and what the run may change."""

    account: int
    """Of the run."""
    began: float
    """Seconds since 1970."""
    folders: Sequence[Path] = field(default_factory=tuple)
    """Where the run may write."""

    def has(self, pid: int, path: str) -> bool:
        """Whether the program of this process is the machine's own, and no interpreter."""
        if not path or any(word in path for word in UNNAMED) or is_interpreter(path):
            return False
        if any(Path(path).is_relative_to(folder) for folder in (*map(str, self.folders), *OPEN_TO_ALL)):
            return False
        try:
            facts = os.stat(f"/proc/{pid}/exe")  # noqa: PTH116 - the file itself, whatever its name leads to here
        except OSError:
            return False
        if facts.st_uid == self.account:
            return facts.st_ctime < self.began
        return not facts.st_mode & 0o002


def is_interpreter(path: str) -> bool:
    """By the name of the file."""
    return INTERPRETERS.fullmatch(path.rpartition("/")[2]) is not None


def running(pid: int) -> tuple[str, tuple[str, ...]]:
    """Path of its program and the first words of its command line."""
    return proc.executable(pid), proc.argv(pid)
