"""One process as the kernel shows it under /proc. Linux; knows no record and no agent.

Own lines and no library: the files named here tell whom a process started without a look at every other process of
the machine, and whether another program took its place, and both are asked several times a second.
"""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import dataclass

AVAILABLE = sys.platform == "linux"
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
WORDS, CHARACTERS = 6, 200
"""Of a command line, that are kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stat:
    """One line of /proc/PID/stat."""

    command: str
    state: str
    parent: int
    cpu_seconds: float
    """Its own, all threads; not that of its children."""
    started: int
    """Ticks since the machine came up: with the pid, which process it is."""
    image: int
    """Where its arguments lie: moves when another program takes its place; 0 where that may not be asked."""


def stat(pid: int) -> Stat | None:
    """None when it is gone."""
    line = _read(f"/proc/{pid}/stat")
    before, closed, after = line.rpartition(b")")
    fields = after.split()
    if not closed or len(fields) < 22:
        return None
    return Stat(
        command=before.partition(b"(")[2].decode("utf-8", "replace"),
        state=fields[0].decode("ascii", "replace"),
        parent=int(fields[1]),
        cpu_seconds=(int(fields[11]) + int(fields[12])) / TICKS,
        started=int(fields[19]),
        image=int(fields[45]) if len(fields) > 45 else 0,
    )


def children(pid: int) -> list[int]:
    """Whom it started, of all its threads, and who was given to it."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - several times a second
            found += [int(number) for number in _read(f"/proc/{pid}/task/{thread}/children").split()]
    return found


def command_line(pid: int) -> bytes:
    """Its arguments as they lie in its memory; empty when it is gone or has none."""
    return _read(f"/proc/{pid}/cmdline")


def argv(pid: int) -> tuple[str, ...]:
    """The first words of its command line."""
    words = command_line(pid).rstrip(b"\0").split(b"\0")[:WORDS]
    return tuple(word.decode("utf-8", "replace")[:CHARACTERS] for word in words if word)


def executable(pid: int) -> str:
    """Path of its program; empty where that may not be asked."""
    try:
        return os.readlink(f"/proc/{pid}/exe")  # noqa: PTH115 - several times a second
    except OSError:
        return ""


def changed_at(pid: int) -> float | None:
    """When its program's file was last changed in any way, seconds since 1970; None where that may not be asked."""
    try:
        return os.stat(f"/proc/{pid}/exe").st_ctime  # noqa: PTH116 - the file itself, whatever its name leads to
    except OSError:
        return None


def switches(pid: int, thread: int) -> int:
    """How often that thread has gone to sleep, by the number it has in its own namespace; -1 when there is none."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        for number in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208
            rows = dict(line.split(b":", 1) for line in _read(f"/proc/{pid}/task/{number}/status").splitlines())
            if int(rows.get(b"NSpid", number.encode()).split()[-1]) == thread:
                return int(rows[b"voluntary_ctxt_switches"])
    return -1


def _read(path: str) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - several times a second
            return file.read()
    except OSError:
        return b""
