"""Processes of this system as a parent sees them: who they are, how they go with it, how they are ended."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import signal
import sys
import time
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
SWEEP_SECONDS = 1.0
FIRST_TO_GO = "500"
"""Of at most 1000; anybody may raise the own one."""


@functools.cache
def _libc() -> ctypes.CDLL:
    """Looked up once, before any fork: each look costs a forked child as much as its fork."""
    return ctypes.CDLL(None)


def die_with_parent(parent: int) -> bool:
    """Linux: SIGKILL when the parent goes, also when it is killed. False when it is gone already."""
    if sys.platform == "linux":
        _libc().prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    return os.getppid() == parent


def go_first() -> None:
    """Linux: where the machine's memory ends, its killer takes this process and its children before the head."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO, encoding="ascii")


def adopt_orphans() -> None:
    """Linux: whoever loses its parent below this process becomes its child, where `sweep` finds it."""
    if sys.platform == "linux":
        _libc().prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def has_ended(child: int) -> bool:
    """Whether a child is dead; it stays a zombie, so that its number and its group's are nobody else's yet."""
    if not hasattr(os, "waitid"):
        return _waited(child)
    try:
        return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def _waited(child: int) -> bool:
    """Without `waitid` (macOS before Python 3.13) a zombie is told by its state."""
    import subprocess

    state = subprocess.run(["ps", "-o", "stat=", "-p", str(child)], capture_output=True, check=False).stdout
    return state.strip().startswith(b"Z") or not state.strip()


def kill_group(child: int) -> None:
    """SIGKILL to a living or unreaped child and its session; before its `setsid` there is no session yet."""
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(OSError):
            kill(child, signal.SIGKILL)


def sweep(*, known: set[int]) -> None:
    """Kill whom no stage owns any more: orphans come to this process, level by level, as their parents go."""
    until = time.monotonic() + SWEEP_SECONDS
    while (orphans := children() - known) and time.monotonic() < until:
        for orphan in orphans:
            with contextlib.suppress(OSError):
                os.kill(orphan, signal.SIGKILL)
            with contextlib.suppress(OSError):
                os.waitpid(orphan, os.WNOHANG)
        time.sleep(0.001)


def children() -> set[int]:
    """Process ids of this process's children, adopted ones too; empty where the system does not say."""
    own = os.getpid()
    try:
        return set(map(int, Path(f"/proc/{own}/task/{own}/children").read_text(encoding="ascii").split()))
    except FileNotFoundError:
        return set(_by_parent(own))
    except (OSError, ValueError):
        return set()


def _by_parent(parent: int) -> list[int]:
    """For a Linux built without the list of children: every process is asked for its parent."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            if int(entry.read_text(errors="replace").rpartition(")")[2].split()[1]) == parent:
                found.append(int(entry.parent.name))
    return found
