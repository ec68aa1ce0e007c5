"""Starts the agent when Python starts: once a process, at once done where no run is going on, and it never raises.

A `.pth` file imports it in a run environment, `sitecustomize.py` in the harness's own. Where the configuration is comes
by `VALIDATOR_AGENT`. A process that was started with a cleared environment looks at that of its ancestors; one whose
ancestors are gone, adopted by the first process of its box, at that of the others below the same one. Linux; knows
/proc, and that the kernel shows an environment only to whom it lets trace the process: not across boxes with walls.
"""

from __future__ import annotations

import os
import sys

NAME = "VALIDATOR_AGENT"
EDGE = b"from supervisor."
"""In the command line of the processes that the sandbox puts around a box."""
GENERATIONS = 64


def _start_agent(config_path: str) -> bool:
    try:
        with open(config_path, "rb"):  # noqa: PTH123  what cannot be read is no configuration of this run
            pass
        import validator_agent  # type: ignore[import-not-found]  # beside this file, at run time

        validator_agent.start(config_path)
    except Exception:  # the student's process comes first; a silent agent is visible to the recorder
        return False
    return True


def _start() -> None:
    told = os.environ.get(NAME)
    if told and _start_agent(told):
        return
    if sys.platform != "linux":
        return
    try:
        found = _of_ancestors()
    except Exception:
        return
    if found and found != told:
        _start_agent(found)


def _of_ancestors() -> str:
    """What the nearest ancestor was told, or who lives beside it in its box; empty outside every run."""
    pid = os.getppid()
    for _ in range(GENERATIONS):
        if pid <= 0:
            break
        told = _told(pid) or (_of_others_below(pid) if _is_edge(pid) else "")
        if told:
            return told
        pid = _parent(pid)
    return ""


def _of_others_below(edge: int) -> str:
    """What a process of this account below that one was told: the nearest to it, of those the oldest."""
    best = (GENERATIONS, 0)
    found = ""
    own = os.geteuid()
    for name in os.listdir("/proc"):  # noqa: PTH208
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            theirs = os.stat(f"/proc/{name}").st_uid == own  # noqa: PTH116
        except OSError:
            continue
        told = _told(int(name)) if theirs else ""
        if told and (rank := (_generations(int(name), edge), int(name))) < best:
            best, found = rank, told
    return found


def _generations(pid: int, edge: int) -> int:
    """How far below; as many as there can be when it is not."""
    for number in range(GENERATIONS):
        if pid == edge:
            return number
        if pid <= 0:
            break
        pid = _parent(pid)
    return GENERATIONS


def _told(pid: int) -> str:
    """The configuration that a process was started with; empty when it was not, or may not be asked."""
    words = b"\0" + _read(pid, "environ")
    _, found, rest = words.partition(f"\0{NAME}=".encode())
    return os.fsdecode(rest.partition(b"\0")[0]) if found else ""


def _is_edge(pid: int) -> bool:
    return EDGE in _read(pid, "cmdline")[:1000]


def _parent(pid: int) -> int:
    try:
        return int(_read(pid, "stat").rpartition(b")")[2].split()[1])
    except (ValueError, IndexError):
        return 0


def _read(pid: int, name: str) -> bytes:
    try:
        with open(f"/proc/{pid}/{name}", "rb") as file:  # noqa: PTH123
            return file.read()
    except OSError:
        return b""


_start()
