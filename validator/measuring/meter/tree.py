"""The processes of a box, seen from outside: which programs ran, how much CPU each used, and whether an agent spoke.

Looks about ten times a second, less often where a look is dear or nothing works. Linux; names no student's code.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from validator.measuring.meter import gpu, proc, programs
from validator.measuring.meter.clients import Heard

SHARE = 50
"""A look may take one part in so many of a core's time."""
SHORTEST_SECONDS, LONGEST_SECONDS, IDLE_SECONDS = 0.1, 5.0, 0.5
MOST_TRACKED, MOST_TOLD = 20_000, 400
STOPPED_SECONDS = 2.0
SUPERVISOR = b"from supervisor.main"
NAMESPACE = b'"namespace": true'
CPU_NOISE_SECONDS = 0.05


@dataclass
class _Image:
    """One program in one process, from its start or its taking the place of another to its end."""

    pid: int
    parent: int
    mark: tuple[str, int]
    exe: str
    argv: tuple[str, ...]
    system: bool
    cpu_seconds: float = 0.0
    silent_seconds: float = 0.0
    """Of them, those while no connection of it was open."""
    ended: bool = False
    gpu_seconds: float | None = None


@dataclass
class _Process:
    """One process, with each program that ran in it."""

    images: list[_Image]
    cpu_seconds: float = 0.0
    """At the last look."""
    stopped_since: float | None = None
    stop_told: bool = False
    looked: float = field(default_factory=time.monotonic)


class Tree:
    """A witness: the tree below the supervisors of one run. Without `box` every child of the caller is a run's own."""

    def __init__(self, *, box: str = "", folders: Sequence[Path] = (), account: int | None = None) -> None:
        self._box = box.encode()
        self._root = os.getpid()
        own = os.geteuid() if hasattr(os, "geteuid") else 0
        self._machine = programs.Machine(
            account=own if account is None else account, began=time.time(), folders=tuple(folders)
        )
        self._seen: dict[tuple[int, int], _Process] = {}
        self._living: set[tuple[int, int]] = set()
        self._supervisors: dict[tuple[int, int], bool | None] = {}
        self._next = 0.0
        self._cost = 0.0
        """CPU seconds of the look before."""
        self._gpu = gpu.Meter() if proc.AVAILABLE else None
        self._degraded = not proc.AVAILABLE

    def look(self, heard: Heard) -> Iterator[dict[str, Any]]:
        """Take the figures of every process; records only of what is odd at once."""
        if self._degraded:
            self._degraded = False
            yield {"kind": "degraded", "what": "the process tree is seen on Linux only"}
        now = time.monotonic()
        if not proc.AVAILABLE or now < self._next:
            return
        spent = time.thread_time()
        worked = False
        living = set()
        for pid in self._below():
            stat = proc.stat(pid)
            if stat is None or stat.state in "ZX":
                continue
            key = (pid, stat.started)
            living.add(key)
            process = self._seen.get(key) or self._met(key, stat)
            if process is not None:
                worked |= self._count(process, stat, heard)
                yield from _stopped(process, stat, now)
        self._ended(living)
        yield from self._gpu.look(self._current(), now) if self._gpu else ()
        self._wait(now, time.thread_time() - spent, worked=worked)

    def close(self, heard: Heard) -> Iterator[dict[str, Any]]:
        """Totals of each, those with the most CPU time first."""
        self._next = 0.0
        yield from self.look(heard)
        images = [image for process in self._seen.values() for image in process.images]
        images.sort(key=lambda image: -image.cpu_seconds)
        for image in images[:MOST_TOLD]:
            yield {
                "kind": "process",
                "pid": image.pid,
                "ppid": image.parent,
                "exe": image.exe,
                "argv": list(image.argv),
                "cpu_seconds": round(image.cpu_seconds, 2),
                "silent_seconds": round(image.silent_seconds, 2),
                "gpu_seconds": None if image.gpu_seconds is None else round(image.gpu_seconds, 2),
                "agent": heard.has_met(image.pid, image.mark[1]),
                "ended": image.ended,
                "system": image.system,
            }

    def _below(self) -> Iterator[int]:
        """Everyone in the boxes of this run; the supervisor's own processes are not."""
        waiting: list[int] = []
        for child in proc.children(self._root):
            waiting += self._inside(child)
        seen = set(waiting)
        while waiting:
            pid = waiting.pop()
            yield pid
            fresh = [child for child in proc.children(pid) if child not in seen]
            seen.update(fresh)
            waiting += fresh

    def _inside(self, child: int) -> list[int]:
        """Who is first in the box that this process is the supervisor of; nobody's when it is none of this run's."""
        if not self._box:
            return [child]
        stat = proc.stat(child)
        if stat is None:
            return []
        key = (child, stat.started)
        if self._supervisors.get(key) is None:
            self._supervisors[key] = self._has_namespace(child)
        spaced = self._supervisors[key]
        if spaced is None:
            return []
        first = proc.children(child)
        if spaced:  # bubblewrap, and below it the first process of the namespace, are the sandbox's
            first = [inner for outer in first for inner in proc.children(outer)]
            first = [inner for outer in first for inner in proc.children(outer)]
        return first

    def _has_namespace(self, child: int) -> bool | None:
        """None for a process that is no supervisor of this run, or has not yet become one."""
        words = proc.command_line(child)
        return NAMESPACE in words if SUPERVISOR in words and self._box in words else None

    def _met(self, key: tuple[int, int], stat: proc.Stat) -> _Process | None:
        if len(self._seen) >= MOST_TRACKED:
            return None
        process = self._seen[key] = _Process(images=[self._image(key[0], stat)])
        self._living.add(key)
        return process

    def _image(self, pid: int, stat: proc.Stat) -> _Image:
        exe, argv = programs.running(pid)
        return _Image(
            pid=pid,
            parent=stat.parent,
            mark=(stat.command, stat.image),
            exe=exe[:400],
            argv=argv,
            system=self._machine.has(pid, exe),
        )

    def _count(self, process: _Process, stat: proc.Stat, heard: Heard) -> bool:
        """Add what was used since the last look to the program that runs now; whether it was anything."""
        image = process.images[-1]
        if image.mark != (stat.command, stat.image):
            image = self._perhaps_another(process, image, stat)
        used = max(0.0, stat.cpu_seconds - process.cpu_seconds)
        process.cpu_seconds = stat.cpu_seconds
        image.cpu_seconds += used
        # A connection of the program before may not have been seen to end yet.
        if image.pid not in heard.connected or not heard.has_met(image.pid, stat.image):
            image.silent_seconds += used
        return used > 0

    def _perhaps_another(self, process: _Process, image: _Image, stat: proc.Stat) -> _Image:
        """A process may also have been given another name only."""
        now = self._image(image.pid, stat)
        if (now.exe, now.argv, now.mark[1]) == (image.exe, image.argv, image.mark[1]):
            image.mark = now.mark
            return image
        image.ended = True
        if image.cpu_seconds < CPU_NOISE_SECONDS:
            process.images.pop()  # between a fork and what it was made for
            now.cpu_seconds, now.silent_seconds = image.cpu_seconds, image.silent_seconds
        process.images.append(now)
        return now

    def _ended(self, living: set[tuple[int, int]]) -> None:
        for key in self._living - living:
            self._seen[key].images[-1].ended = True
        self._living = living & self._seen.keys()

    def _current(self) -> dict[int, Any]:
        return {key[0]: self._seen[key].images[-1] for key in self._living}

    def _wait(self, now: float, spent: float, *, worked: bool) -> None:
        """One dear look, such as the first, which loads libraries, is not the rule: programs ran unseen after it."""
        least = SHORTEST_SECONDS if worked else IDLE_SECONDS
        self._next = now + min(max(least, SHARE * min(spent, self._cost)), LONGEST_SECONDS)
        self._cost = spent


def _stopped(process: _Process, stat: proc.Stat, now: float) -> Iterator[dict[str, Any]]:
    """A process that was stopped hears no question and says nothing; no honest notebook stops one for seconds."""
    if stat.state != "T":
        process.stopped_since = None
        return
    process.stopped_since = process.stopped_since or now
    if now - process.stopped_since >= STOPPED_SECONDS and not process.stop_told:
        process.stop_told = True
        image = process.images[-1]
        yield {"kind": "integrity", "what": "stopped", "peer": image.pid, "argv": list(image.argv)}
