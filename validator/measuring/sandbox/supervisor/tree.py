"""The processes below one process: which they are, what they use, and how all of them are ended. Linux; knows /proc."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import sys
from collections.abc import Iterable

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
BLOCK_BYTES = 512
PASSES = 50
LONG_PATH = 3_000
"""Characters; the system takes 4,095 bytes."""


class Process:
    """One line of /proc/PID/stat. No dataclass: loading those takes a tenth of a box's start."""

    __slots__ = ("parent", "pid", "resident_bytes", "state")

    def __init__(self, pid: int, parent: int, state: str, resident_bytes: int) -> None:
        self.pid, self.parent, self.state, self.resident_bytes = pid, parent, state, resident_bytes


def processes() -> dict[int, Process]:
    """Every process of this machine that can be seen; empty where there is no /proc."""
    found = {}
    for name in os.listdir("/proc") if sys.platform == "linux" else ():
        if name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                with open(f"/proc/{name}/stat", "rb") as file:
                    fields = file.read().rpartition(b")")[2].split()
                resident = int(fields[21]) * PAGE_BYTES
                found[int(name)] = Process(int(name), int(fields[1]), fields[0].decode(), resident)
    return found


def below(root: int) -> list[Process]:
    """The living descendants of a process, itself not among them."""
    everything = processes()
    children: dict[int, list[Process]] = {}
    for process in everything.values():
        children.setdefault(process.parent, []).append(process)
    found: list[Process] = []
    waiting = [root]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            waiting.append(child.pid)
            if child.state not in "ZX":
                found.append(child)
    return found


def memory_bytes(tree: Iterable[Process], *, enough: int) -> int:
    """What they hold in memory together; pages that several share are counted once when the plain sum is too much."""
    tree = list(tree)
    plainly = sum(process.resident_bytes for process in tree)
    return plainly if plainly <= enough else sum(_proportional(process) for process in tree)


def _proportional(process: Process) -> int:
    """Its own pages and its share of those it shares; the plain number where the kernel does not tell."""
    try:
        with open(f"/proc/{process.pid}/smaps_rollup", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) * 1024
    except (OSError, ValueError, StopIteration):
        return process.resident_bytes


def unlinked_bytes(tree: Iterable[Process]) -> int:
    """Disk held by files that were removed but are still open: no walk through folders finds them."""
    seen: dict[tuple[int, int], int] = {}
    for process in tree:
        folder = f"/proc/{process.pid}/fd"
        with contextlib.suppress(OSError):
            for name in os.listdir(folder):
                with contextlib.suppress(OSError):
                    if os.readlink(f"{folder}/{name}").endswith(" (deleted)"):
                        facts = os.stat(f"{folder}/{name}")
                        if facts.st_nlink == 0:
                            seen[facts.st_dev, facts.st_ino] = facts.st_blocks * BLOCK_BYTES
    return sum(seen.values())


def folder_bytes(top: str) -> int:
    """Blocks taken by a folder or file and all below, links not followed; what vanishes meanwhile counts nothing.

    One folder after the other and never by recursion, each path kept short: a command may nest folders deeper than
    recursion or the longest path that the system takes would reach.
    """
    total, waiting, held = 0, [top], []
    while waiting:
        path = waiting.pop()
        with contextlib.suppress(OSError):
            facts = os.lstat(path)
            total += facts.st_blocks * BLOCK_BYTES
            if stat.S_ISDIR(facts.st_mode):
                if len(path) > LONG_PATH:
                    held.append(os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW))
                    path = f"/proc/self/fd/{held[-1]}"
                waiting += [f"{path}/{name}" for name in os.listdir(path)]
    for folder in held:
        os.close(folder)
    return total


def end_all(root: int) -> set[int]:
    """SIGKILL every descendant; returns their numbers. First all are stopped, so that none can start another."""
    seen: set[int] = set()
    for _ in range(PASSES):
        fresh = {process.pid for process in below(root)} - seen
        for pid in fresh:
            send(pid, signal.SIGSTOP)
        seen |= fresh
        if not fresh:
            break
    for pid in seen:
        send(pid, signal.SIGKILL)
    return seen


def send(pid: int, number: int, *, group: bool = False) -> None:
    """A signal; gone already is as good."""
    with contextlib.suppress(OSError):
        (os.killpg if group else os.kill)(pid, number)
