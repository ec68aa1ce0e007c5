"""Processes found by a word in their command line: inside a process namespace they have other numbers."""

import os
import time
from pathlib import Path


def word() -> str:
    """Seconds that nobody else sleeps: `sleep WORD` is found again."""
    return f"297.{os.getpid()}{time.monotonic_ns() % 10**9}"


def sleeping(seconds: str) -> list[int]:
    """Process ids of everyone who runs `sleep SECONDS`; zombies do not."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cmdline").read_bytes().split(b"\0")[:2] == [b"sleep", seconds.encode()]:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def appears(seconds: str, *, within: float = 30.0) -> bool:
    """Whether such a process comes up in time."""
    return _until(lambda: bool(sleeping(seconds)), within)


def is_gone(seconds: str, *, within: float = 10.0) -> bool:
    """Whether no such process is left in time."""
    return _until(lambda: not sleeping(seconds), within)


def _until(true, within: float) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return bool(true())
