"""A control group around one box, where this account may make one: memory and processes counted by the kernel.

Knows both versions of the interface (admin-guide/cgroup-v1 and cgroup-v2 of the kernel's documentation). Nothing here
fails a run: without a group the box has its rlimits and the supervisor's own looks, and `guard` says which it was.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator, Sequence

PREFIX = "validator-"
MORE_PROCESSES = 8
"""For the processes of the sandbox itself."""
GONE_SECONDS, AGAIN_SECONDS = 1.0, 0.005
Limits = dict[str, int | None]

V1 = {
    "memory": ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes"),
    "processes": ("pids.max",),
}
V2 = {"memory": ("memory.max",), "processes": ("pids.max",)}
CONTROLLERS = {"memory": "memory", "processes": "pids"}


class Group:
    """The folders of one box's group: one in version 2, one for each controller in version 1."""

    def __init__(self, version: int, folders: Sequence[str]) -> None:
        self.folders = list(folders)
        self.name = f"cgroup v{version}"
        self._entered, self._enters = os.pipe()

    def enter(self) -> None:
        """Join it, with all that this process will start; called in the child."""
        with contextlib.suppress(OSError):
            for folder in self.folders:
                _write(f"{folder}/cgroup.procs", "0")
            os.write(self._enters, b"1")

    def guard(self) -> str:
        """Its name, once the command is in it; empty when it could not join."""
        os.set_blocking(self._entered, False)
        with contextlib.suppress(OSError):
            return self.name if os.read(self._entered, 1) else ""
        return ""

    def out_of_memory(self) -> bool:
        """Whether the kernel ended a process of the group for the memory that all of them held."""
        for folder in self.folders:
            for name in ("memory.events", "memory.oom_control"):
                with contextlib.suppress(OSError, ValueError), open(f"{folder}/{name}", encoding="ascii") as file:
                    facts = dict(line.split() for line in file)
                    if int(facts.get("oom_kill", 0)):
                        return True
        return False

    def remove(self) -> None:
        """End whoever is left in it, then remove it; what stays is swept by the next box."""
        os.close(self._entered)
        os.close(self._enters)
        until = time.monotonic() + GONE_SECONDS
        while self.folders:
            self.folders = [folder for folder in self.folders if not _removed(folder)]
            if time.monotonic() > until:
                return
            if self.folders:
                time.sleep(AGAIN_SECONDS)


def made(limits: Limits, *, proc: str = "/proc") -> Group | None:
    """A group with these limits (`memory` in bytes, `processes`), not entered yet; None where there can be none."""
    wanted = {name: value for name, value in limits.items() if name in CONTROLLERS and value}
    if not wanted:
        return None
    for version, parents in _places(list(wanted), proc):
        for parent in parents:
            _sweep(parent, proc)
        folders = list(dict.fromkeys(f"{parent}/{_own_name(proc)}" for parent in parents))
        group = Group(version, folders)
        try:
            for folder in folders:
                os.mkdir(folder)
            _limit(version, folders, wanted)
        except OSError:
            group.remove()
            continue
        return group
    return None


def _limit(version: int, folders: Sequence[str], wanted: dict[str, int]) -> None:
    """The first file of each limit must take it; the further ones (memory with what is swapped out) may be absent."""
    for position, (name, value) in enumerate(wanted.items()):
        folder = folders[min(position, len(folders) - 1)]
        first, *further = (V1 if version == 1 else V2)[name]
        text = str(value + MORE_PROCESSES if name == "processes" else value)
        _write(f"{folder}/{first}", text)
        for file in further:
            with contextlib.suppress(OSError):
                _write(f"{folder}/{file}", text)
    if version == 2 and "memory" in wanted:
        with contextlib.suppress(OSError):
            _write(f"{folders[0]}/memory.swap.max", "0")


def _places(wanted: list[str], proc: str) -> Iterator[tuple[int, list[str]]]:
    """Where a group could be made, best first: the folders to make it in, one for each wish in version 1."""
    try:
        own, mounts = _own_paths(proc), _mounts(proc)
    except (OSError, ValueError, IndexError):
        return
    controllers = [CONTROLLERS[name] for name in wanted]
    if "" in own and "" in mounts:
        here = mounts[""] + own[""].rstrip("/")
        if _hands_on(here, controllers, ask=True):
            yield 2, [here]
        # Where processes are, no controller may be handed on: then a group beside the own one is as good.
        elif here != mounts[""] and _hands_on(os.path.dirname(here), controllers, ask=False):
            yield 2, [os.path.dirname(here)]
    if all(name in own and name in mounts for name in controllers):
        yield 1, [mounts[name] + own[name].rstrip("/") for name in controllers]


def _own_paths(proc: str) -> dict[str, str]:
    """Controller to this process's own group; the empty name is version 2."""
    own: dict[str, str] = {}
    with open(f"{proc}/self/cgroup", encoding="utf-8") as file:
        for line in file:
            _, names, path = line.rstrip("\n").split(":", 2)
            own |= dict.fromkeys(names.split(","), path)
    return own


def _mounts(proc: str) -> dict[str, str]:
    """Controller to where its whole tree is mounted; the empty name is version 2."""
    found: dict[str, str] = {}
    with open(f"{proc}/self/mountinfo", encoding="utf-8") as file:
        for line in file:
            before, _, after = line.partition(" - ")
            root, place = before.split()[3:5]
            kind, _, options = after.split()[:3]
            if kind in ("cgroup", "cgroup2") and root == "/":
                names = [""] if kind == "cgroup2" else options.split(",")
                found |= {name: place for name in names if name not in found}
    return found


def _hands_on(parent: str, controllers: Sequence[str], *, ask: bool) -> bool:
    """Whether groups below it can have these limits; a folder of our own is asked to, where it does not yet."""
    try:
        if not _has(f"{parent}/cgroup.controllers", controllers) or not os.access(parent, os.W_OK):
            return False
        if not _has(f"{parent}/cgroup.subtree_control", controllers):
            if not ask:
                return False
            _write(f"{parent}/cgroup.subtree_control", " ".join(f"+{name}" for name in controllers))
        return os.access(f"{parent}/cgroup.procs", os.W_OK)
    except OSError:
        return False


def _has(file: str, words: Sequence[str]) -> bool:
    with open(file, encoding="ascii") as text:
        return set(words) <= set(text.read().split())


def _own_name(proc: str) -> str:
    return f"{PREFIX}{_namespace(proc)}-{os.getpid()}-{_started(proc, os.getpid())}"


def _namespace(proc: str) -> int:
    """Process numbers of another namespace, as of a container beside, say nothing here."""
    with contextlib.suppress(OSError):
        return os.stat(f"{proc}/self/ns/pid").st_ino
    return 0


def _started(proc: str, pid: int) -> str:
    with contextlib.suppress(OSError, IndexError), open(f"{proc}/{pid}/stat", "rb") as file:
        return file.read().rpartition(b")")[2].split()[19].decode()
    return ""


def _sweep(parent: str, proc: str) -> None:
    """Remove groups whose supervisor is gone, with whoever is still in them."""
    try:
        names = [name for name in os.listdir(parent) if name.startswith(PREFIX)]
    except OSError:
        return
    for name in names:
        space, _, owner = name.removeprefix(PREFIX).partition("-")
        pid, _, started = owner.partition("-")
        if space == str(_namespace(proc)) and pid.isdigit() and _started(proc, int(pid)) != started:
            _removed(f"{parent}/{name}")


def _removed(folder: str) -> bool:
    """Whether it is gone; whoever is in it is ended, and it can be removed a moment later."""
    try:
        os.rmdir(folder)
    except FileNotFoundError:
        return True
    except OSError:
        _end_all(folder)
        return False
    return True


def _end_all(folder: str) -> None:
    with contextlib.suppress(OSError):
        if os.path.exists(f"{folder}/cgroup.kill"):
            _write(f"{folder}/cgroup.kill", "1")
            return
    with contextlib.suppress(OSError, ValueError), open(f"{folder}/cgroup.procs", encoding="ascii") as file:
        for pid in [int(line) for line in file if int(line) > 0]:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)


def _write(file: str, text: str) -> None:
    with open(file, "w", encoding="ascii") as target:
        target.write(text)
