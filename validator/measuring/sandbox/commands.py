"""The command line that runs a command under its supervisor, behind the walls of a tier. Starts nothing."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from validator.measuring.sandbox import bubblewrap
from validator.measuring.sandbox import walls as views
from validator.measuring.sandbox.limits import Limits
from validator.measuring.sandbox.supervisor import TOLD
from validator.measuring.sandbox.walls import Walls

HERE = Path(__file__).resolve().parent
POSIX = os.name == "posix"


def boxed(
    command: Sequence[str],
    *,
    limits: Limits,
    walls: Walls | None = None,
    cwd: Path | None = None,
    status: Path | None = None,
    unset: Sequence[str] = (),
) -> list[str]:
    """The command line that runs `command` under its supervisor, for a caller that starts it by itself.

    The caller must be the parent of the started process, must start it from a thread that lives as long as the
    command (its death ends the command), and ends it with `end`. `status` is written when all is over and must not
    exist before. `cwd` must be readable inside. Variables named in `unset` are taken out of the command's environment.
    """
    if not POSIX:
        return list(command)
    inside: dict[str, Any] = {"unset": list(unset), "limits": _rlimits(limits), "cwd": str(cwd) if cwd else None}
    settings: dict[str, Any] = {
        "parent": os.getpid(),
        "status": str(status) if status else None,
        "watch": _watch(limits, walls),
        "enter": inside,
    }
    prefix: list[str] = []
    if walls is not None:
        inside["uid"] = walls.uid
        if walls.uid is not None or walls.tier == "T1":
            inside["limits"] = {**_rlimits(limits), "RLIMIT_NPROC": limits.processes}
    if walls is not None and walls.tier == "T1":
        first = {**inside, "seccomp": {"network": True}, "told": TOLD}  # it has a network of its own, with nobody in it
        prefix = [*bubblewrap.wrapped(_with_interpreter(walls), as_root=walls.uid is not None)]
        prefix += [*_python("enter"), json.dumps(first)]
        settings |= {"namespace": True, "wrapped": len(prefix), "enter": {}}
    elif walls is not None:
        inside["needs"] = [str(path) for path in (*walls.readable, *walls.all_writable)]
        if walls.tier == "T2":
            inside |= {"landlock": _landlock(walls), "seccomp": {"network": walls.network}}
            if not walls.network:
                inside["connects"] = _connects(walls)
    return [*_python("main"), json.dumps(settings), *prefix, *command]


def missing_limits(limits: Limits) -> tuple[str, ...]:
    """Which of the wished limits this operating system does not have."""
    wished = [name for name, value in _rlimits(limits).items() if value is not None]
    absent = [name for name in wished if not _has(name)]
    if sys.platform != "linux":
        absent += ["PR_SET_CHILD_SUBREAPER", "PR_SET_PDEATHSIG"]
    return tuple(absent)


def _rlimits(limits: Limits) -> dict[str, int | None]:
    return {
        "RLIMIT_DATA": limits.memory_bytes,
        "RLIMIT_FSIZE": limits.file_bytes,
        "RLIMIT_CPU": limits.cpu_seconds,
    }


def _watch(limits: Limits, walls: Walls | None) -> dict[str, Any]:
    folders = [str(path) for path in walls.all_writable if path.is_dir()] if walls else []
    return {
        "memory": limits.tree_bytes,
        "processes": limits.processes,
        "disk": limits.disk_bytes if folders else None,
        "folders": folders,
        # In T1 shared memory is the box's own and goes with it; an account of several boxes has no files of one box.
        "shared_of": walls.uid if walls and walls.tier != "T1" else None,
    }


def _landlock(walls: Walls) -> dict[str, list[str]]:
    readable = [*views.SYSTEM, *views.SETTINGS, *views.MACHINE, *(views.GPU_MACHINE if walls.devices else ())]
    readable += [str(path) for path in walls.readable]
    writable = [*views.DEVICES, *(str(path) for path in (*walls.devices, *walls.all_writable))]
    return {"readable": readable, "writable": writable}


def _connects(walls: Walls) -> dict[str, list[str]]:
    """Whose sockets it may connect to: its own, and those that the harness made for it, which no installed one is."""
    scratch = (views.scratch_root(), Path("/tmp"))  # noqa: S108 - where addresses of sockets stay short
    told = [path for path in walls.readable if any(path.is_relative_to(place) for place in scratch)]
    return {"own": [str(path) for path in walls.all_writable], "told": [str(path) for path in told]}


def _with_interpreter(walls: Walls) -> Walls:
    """The first process inside is Python, with the supervisor's files."""
    import dataclasses

    own = (Path(sys.base_prefix), HERE / "supervisor")
    return dataclasses.replace(walls, readable=(*walls.readable, *own))


def _python(module: str) -> list[str]:
    """The plain interpreter, without site-packages: it starts in milliseconds and reads nothing of the student's."""
    code = f"import sys; sys.path.insert(0, {str(HERE)!r}); from supervisor.{module} import main; main()"
    return [str(getattr(sys, "_base_executable", sys.executable)), "-I", "-S", "-c", code]


def _has(name: str) -> bool:
    try:
        import resource
    except ImportError:
        return False
    return hasattr(resource, name)
