"""Parent of one boxed command: sets its limits, waits for it, ends whatever it leaves behind.

Runs as its own process, by path, and stands alone: standard library only, nothing of the package.
It ends as the command ended: with its exit code, or by its signal.
"""

import contextlib
import ctypes
import json
import os
import signal
import sys
import time
from pathlib import Path

try:
    import resource
except ImportError:  # an operating system without limits
    resource = None  # type: ignore[assignment]

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
SWEEP_SECONDS = 5.0
CANNOT_START = 127


def prctl(option: int, value: int) -> None:
    """Linux only; the others have no such call, and the tier says what that means."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def set_limits(limits: dict[str, int | None]) -> None:
    """Apply to this process, and so to all it starts."""
    for name, value in {**limits, "RLIMIT_CORE": 0}.items():
        kind = getattr(resource, name, None)
        if kind is not None and value is not None:
            ceiling = resource.getrlimit(kind)[1]
            lowered = value if ceiling == resource.RLIM_INFINITY else min(value, ceiling)
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(kind, (lowered, lowered))


def become(command: list[str], limits: dict[str, int | None]) -> None:
    """The child: a session of its own, dead with its parent, limited; then the command itself."""
    os.setsid()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    set_limits(limits)
    try:
        os.execvp(command[0], command)  # noqa: S606 - the command of the caller, no shell
    except OSError as error:
        os.write(2, f"{command[0]}: {error.strerror}\n".encode())
        os._exit(CANNOT_START)


def children() -> list[int]:
    """Process ids of this process's children, adopted ones too."""
    own = os.getpid()
    found = []
    for entry in Path("/proc").iterdir() if sys.platform == "linux" else ():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                fields = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
                if int(fields[1]) == own and fields[0] != "Z":
                    found.append(int(entry.name))
    return found


def kill(number: int, *, group: bool = False) -> None:
    """SIGKILL; gone already is as good."""
    with contextlib.suppress(OSError):
        (os.killpg if group else os.kill)(number, signal.SIGKILL)


def sweep(group: int) -> int:
    """End the command's group and every process adopted from it; returns how many were ended beside the command."""
    kill(group, group=True)
    seen: set[int] = set()
    until = time.monotonic() + SWEEP_SECONDS
    while time.monotonic() < until:
        for child in children():
            kill(child)
            seen.add(child)
        try:
            gone = os.waitpid(-1, os.WNOHANG)[0]
        except ChildProcessError:
            break
        if gone == 0:
            time.sleep(0.002)
    return len(seen - {group})


def supervise(command: list[str], limits: dict[str, int | None], status_path: str | None) -> int:
    """Start the command, wait, sweep, tell; returns its raw wait status."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    ending = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    child = os.fork()
    if child == 0:
        become(command, limits)

    def end_now(number: int, frame: object) -> None:
        kill(child, group=True)
        kill(child)

    for number in ending:
        signal.signal(number, end_now)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ending)
    status = wait_for(child)
    swept = sweep(child)
    if status_path:
        told = {"status": status, "detached": swept}
        with contextlib.suppress(OSError):
            Path(status_path).write_text(json.dumps(told), encoding="utf-8")
    return status


def wait_for(child: int) -> int:
    """Reap everything until the command itself is reaped; adopted children end in between."""
    while True:
        gone, status = os.waitpid(-1, 0)
        if gone == child:
            return status


def end_like(status: int) -> None:
    """Leave as the command left."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        set_limits({})
        if number not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def main() -> None:
    """Arguments: the settings as JSON, then the command."""
    settings = json.loads(sys.argv[1])
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != settings["parent"]:
        os._exit(CANNOT_START)  # the parent went before its death could be noticed
    for name in settings["unset"]:
        os.environ.pop(name, None)
    end_like(supervise(sys.argv[2:], settings["limits"], settings["status"]))


if __name__ == "__main__":
    main()
