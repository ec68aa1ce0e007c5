"""Parent of one boxed command: sets its limits, watches it, ends whatever it leaves behind, tells how it went.

It ends as the command ended: with its exit code, or by its signal.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
import time

from . import TOLD, cgroups, connects, enter, kernel, shared, tree

TYPE_CHECKING = False
if TYPE_CHECKING:  # at every start of a box, `typing` itself would cost milliseconds
    from typing import Any

SWEEP_SECONDS = 5.0
TICK_SECONDS = 0.25
WALK_SHARE = 30
"""Looking through the written folders may take one part in so many of the time."""
ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Watch:
    """What the command and its children use together, looked at a few times a second; the first excess is kept."""

    def __init__(self, limits: dict[str, Any], own: int, group: cgroups.Group | None) -> None:
        self._limits = limits
        self._own = own
        self._group = group
        self._next_walk = 0.0
        self.excess = ""
        self.peak = {"memory": 0, "processes": 0, "disk": 0}

    def look(self) -> bool:
        """Whether a limit is passed now."""
        self.ask_kernel()
        below = tree.below(self._own)
        limit = self._limits.get("memory")
        used = {"processes": len(below), "memory": tree.memory_bytes(below, enough=limit or sys.maxsize)}
        if self._limits.get("shared_of") is not None:
            used["memory"] += shared.held_bytes(self._limits["shared_of"])
        now = time.monotonic()
        if self._limits.get("disk") and now >= self._next_walk:
            used["disk"] = sum(map(tree.folder_bytes, self._limits["folders"])) + tree.unlinked_bytes(below)
            self._next_walk = time.monotonic() + WALK_SHARE * (time.monotonic() - now)
        for name, value in used.items():
            self.peak[name] = max(self.peak[name], value)
            if self._limits.get(name) and value > self._limits[name]:
                self.excess = self.excess or name
        return bool(self.excess)

    def ask_kernel(self) -> None:
        """Whether it ended a process for memory: also one that was quicker than any look."""
        if self._group is not None and self._group.out_of_memory():
            self.excess = self.excess or "memory"


def _left_below(own: int) -> set[int]:
    """Who is still there when the command is gone; who ends by itself within a moment was not left behind."""
    left: set[int] = set()
    for _ in range(enter.LOOKS):
        left = {process.pid for process in tree.below(own)}
        if not left:
            break
        time.sleep(enter.LOOK_SECONDS)
    return left


def _word_from(pipe: int) -> tuple[int, int] | None:
    """What the first process inside told of its command: raw status, processes left; None when it told nothing."""
    os.set_blocking(pipe, False)
    try:
        told = json.loads(os.read(pipe, 4096))
        return int(told["status"]), int(told["detached"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


class Supervisor:
    """One command from its start to the end of the last process that came of it."""

    def __init__(self, command: list[str], settings: dict[str, Any]) -> None:
        self._command = command
        self._settings = settings
        self._told_to_end = False
        self._adopted = 0
        self._group = cgroups.made(settings.get("watch", {}))
        self._watch = Watch(settings.get("watch", {}), os.getpid(), self._group)

    def run(self) -> int:
        """Start, wait, sweep, tell; returns the command's raw wait status."""
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
        bell = self._listen()
        inside, told = os.pipe()
        asked = self._settings["enter"].get("connects")
        self._handover = connects.Handover() if asked else None
        self._child = os.fork()
        if self._child == 0:
            self._become(told)
        os.close(told)
        listener = self._handover.taken(self._child) if self._handover else None
        try:
            if listener is not None:
                connects.start(listener, **asked)
            status = self._wait(bell)
        except BaseException:  # whatever the command did to its supervisor, nothing of it goes on without one
            self._end_now(signal.SIGKILL, None)
            self._sweep()
            raise
        self._watch.ask_kernel()
        swept = self._sweep()
        word = _word_from(inside)
        if word is not None:
            status, swept = word
        elif self._settings.get("namespace"):
            swept = self._adopted  # the whole namespace was ended at once: this was counted just before
        self._tell(status, swept)
        return status

    def _listen(self) -> int:
        """Signals ring a pipe, so that none is lost between two looks."""
        bell, ringer = os.pipe()
        for end in (bell, ringer):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(ringer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        for number in ENDING:
            signal.signal(number, self._end_now)
        return bell

    def _become(self, told: int) -> None:
        """The child: a session of its own, then the walls. Bubblewrap hands the pipe on; other tiers close it."""
        os.setsid()
        if self._group is not None:
            self._group.enter()
        os.set_inheritable(told, bool(self._settings.get("namespace")))
        signal.set_wakeup_fd(-1)
        for number in (*ENDING, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        command = [word.replace(TOLD, str(told)) for word in self._command[: self._settings.get("wrapped", 0)]]
        enter.become([*command, *self._command[len(command) :]], self._settings["enter"], self._handover)

    def _end_now(self, number: int, frame: object) -> None:
        if not self._told_to_end:
            self._adopted = self._adopted_now()
        self._told_to_end = True
        tree.send(self._child, signal.SIGKILL, group=True)
        tree.send(self._child, signal.SIGKILL)

    def _adopted_now(self) -> int:
        """Processes that lost their parent and are nobody's but the supervisor's, or the first process's inside."""
        below = tree.below(os.getpid())
        if not self._settings.get("namespace"):
            return sum(process.parent == os.getpid() and process.pid != self._child for process in below)
        first = [process.pid for process in below if process.parent == self._child]
        return max(0, sum(process.parent in first for process in below) - 1)  # one of them is the command

    def _wait(self, bell: int) -> int:
        """Reap everything until the command itself is reaped; adopted children end in between."""
        while True:
            gone = 1
            while gone:
                gone, status = os.waitpid(-1, os.WNOHANG)
                if gone == self._child:
                    return status
            with contextlib.suppress(InterruptedError):
                select.select([bell], [], [], TICK_SECONDS)
            with contextlib.suppress(BlockingIOError):
                os.read(bell, 4096)
            if not self._told_to_end and self._watch.look():
                self._end_now(signal.SIGKILL, None)

    def _sweep(self) -> int | None:
        """End the command's group and every process that came of it; how many were ended beside the command."""
        seen = set() if self._told_to_end else _left_below(os.getpid())
        tree.send(self._child, signal.SIGKILL, group=True)
        until = time.monotonic() + SWEEP_SECONDS
        while time.monotonic() < until:
            seen |= tree.end_all(os.getpid())
            try:
                gone = os.waitpid(-1, os.WNOHANG)[0]
            except ChildProcessError:
                break
            if gone == 0:
                time.sleep(0.002)
        if self._settings.get("watch", {}).get("shared_of") is not None:
            shared.remove(self._settings["watch"]["shared_of"])
        return len(seen - {self._child})

    def _tell(self, status: int, swept: int | None) -> None:
        guard = ""
        if self._group is not None:
            guard = self._group.guard()
            self._group.remove()
        place = self._settings.get("status")
        if place:
            told = {"status": status, "detached": swept, "excess": self._watch.excess, "peak": self._watch.peak}
            told["guard"] = guard
            with contextlib.suppress(OSError), open(place, "x", encoding="utf-8") as file:
                json.dump(told, file)


def end_like(status: int) -> None:
    """Leave as the command left."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        enter.set_limits({})
        if number not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def main() -> None:
    """Arguments: the settings as JSON, then the command."""
    settings = json.loads(sys.argv[1])
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != settings["parent"]:
        os._exit(enter.CANNOT_START)  # the parent went before its death could be noticed
    end_like(Supervisor(sys.argv[2:], settings).run())
