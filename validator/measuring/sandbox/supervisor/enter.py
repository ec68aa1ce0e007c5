"""Inside, just before the command: drop rights, close doors, become the command. Never returns.

Runs in the forked child of the supervisor. Inside bubblewrap it is a program of its own and the first process there:
it starts the command, counts and ends what the command leaves behind, and tells the supervisor through a pipe.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time

from . import connects, doors, kernel, landlock, seccomp, tree

try:
    import resource
except ImportError:  # an operating system without limits
    resource = None  # type: ignore[assignment]

TYPE_CHECKING = False
if TYPE_CHECKING:  # at every start of a box, `typing` itself would cost milliseconds
    from typing import Any

CANNOT_START = 127
LOOKS, LOOK_SECONDS = 10, 0.02


def set_limits(limits: dict[str, int | None]) -> None:
    """Apply to this process, and so to all it starts; never raises a limit that is lower already."""
    for name, value in {**limits, "RLIMIT_CORE": 0}.items():
        kind = getattr(resource, name, None)
        if kind is not None and value is not None:
            ceiling = resource.getrlimit(kind)[1]
            lowered = value if ceiling == resource.RLIM_INFINITY else min(value, ceiling)
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(kind, (lowered, lowered))


def become(command: list[str], settings: dict[str, Any], handover: connects.Handover | None = None) -> None:
    """Everything the settings ask for, then the command; whatever cannot be done ends this process with a word."""
    try:
        _prepare(settings, handover)
        os.execvp(command[0], command)  # noqa: S606 - the command of the caller, no shell
    except OSError as error:
        os.write(2, f"{error.filename or command[0]}: {error.strerror or error}\n".encode())
    finally:
        os._exit(CANNOT_START)


def _prepare(settings: dict[str, Any], handover: connects.Handover | None) -> None:
    uid = settings.get("uid")
    if uid is not None:
        doors.open_to_others(settings.get("needs", []))
        os.setgroups([])
        # Of root, these change the saved numbers as well: there is no way back.
        os.setgid(uid)
        os.setuid(uid)
    for name in settings.get("unset", []):
        os.environ.pop(name, None)
    set_limits(settings.get("limits", {}))
    # A change of account forgets this wish, so it comes after it.
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if settings.get("cwd"):
        os.chdir(settings["cwd"])
    wall = settings.get("landlock")
    if wall:
        landlock.close(readable=wall["readable"], writable=wall["writable"], network=False)
    calls = settings.get("seccomp")
    if calls:
        asked = handover is not None and handover.possible()
        listener = seccomp.close(network=calls["network"], asked=asked)
        if handover is not None and listener is not None:
            handover.give(listener)


def first_process(command: list[str], settings: dict[str, Any]) -> None:
    """The command as a child of the first process of its own process namespace. Never returns."""
    told = int(settings["told"])
    child = os.fork()
    if child == 0:
        os.close(told)
        os.setsid()
        become(command, settings)
    status = None
    while status is None:
        gone, raw = os.waitpid(-1, 0)
        status = raw if gone == child else None
    os.write(told, json.dumps({"status": status, "detached": len(_left())}).encode())
    os._exit(0)  # and with it everything that is left in here


def _left() -> list[int]:
    """Who is still there beside the first process; who ends by itself within a moment was not left behind."""
    for _ in range(LOOKS):
        others = [process for process in tree.processes().values() if process.pid != os.getpid()]
        left = [process.pid for process in others if process.state not in "ZX"]
        if not left:
            break
        time.sleep(LOOK_SECONDS)
    return left


def main() -> None:
    """Arguments: the settings as JSON, then the command."""
    first_process(sys.argv[2:], json.loads(sys.argv[1]))
