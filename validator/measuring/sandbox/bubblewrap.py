"""Tier T1: the command line of bubblewrap for given walls. Builds words; starts nothing but `--version`.

Source of the options: bwrap(1). Binds are in order: a later one lies over an earlier one.
"""

from __future__ import annotations

import functools
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from validator.measuring.sandbox import walls as views
from validator.measuring.sandbox.walls import Walls

SHARED_BYTES = 8 << 30
"""Of /dev/shm, for data loaders; counted as memory by those who use it."""
SIZE_SINCE = (0, 7)
"""Older ones, as that of Ubuntu 22.04, give half of the machine's memory."""


def program() -> str | None:
    """Where bubblewrap lies; None when it is not installed."""
    return shutil.which("bwrap", path="/usr/bin:/usr/local/bin:/bin:/run/current-system/sw/bin")


@functools.cache
def version() -> tuple[int, ...]:
    """Of the installed program, as it says itself; all zero when it says nothing."""
    try:
        done = subprocess.run([str(program()), "--version"], capture_output=True, text=True, timeout=10, check=False)
        return tuple(int(part) for part in done.stdout.split()[-1].split("."))
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return (0, 0, 0)


def wrapped(walls: Walls, *, as_root: bool) -> list[str]:
    """Words to put before the command that becomes the first process inside."""
    return [str(program()), *_namespaces(walls, as_root=as_root), *_files(walls), "--"]


def _namespaces(walls: Walls, *, as_root: bool) -> Iterator[str]:
    yield from ("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try")
    yield from ("--die-with-parent", "--new-session", "--as-pid-1", "--hostname", "sandbox", "--cap-drop", "ALL")
    if not walls.network:
        yield "--unshare-net"
    if as_root:
        # The mounts are made by root; what runs inside gives up these two at once, by becoming another account.
        yield from ("--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")
    else:
        yield "--unshare-user"


def _files(walls: Walls) -> Iterator[str]:
    for top in views.SYSTEM:
        yield from _as_it_is(Path(top))
    # Made by bubblewrap itself on the way to a mount, a folder would be open to the one who makes it only.
    for top in ("/etc", "/etc/ssl", "/sys", "/sys/devices", "/run"):
        yield from ("--perms", "0755", "--dir", top)
    for name in views.SETTINGS:
        yield from ("--ro-bind-try", name, name)
    yield from ("--proc", "/proc", "--dev", "/dev")
    size = ("--size", str(SHARED_BYTES)) if version() >= SIZE_SINCE else ()
    yield from ("--perms", "1777", *size, "--tmpfs", "/dev/shm")  # noqa: S108
    yield from ("--ro-bind-try", "/sys/devices/system", "/sys/devices/system")
    if walls.devices:
        for name in views.GPU_MACHINE:
            yield from ("--ro-bind-try", name, name)
        for device in walls.devices:
            yield from ("--dev-bind", str(device), str(device))
    yield from ("--bind", str(walls.tmp), "/tmp") if walls.tmp else ("--perms", "1777", "--tmpfs", "/tmp")  # noqa: S108
    mounts = _outermost_first(walls)
    for folder in sorted({parent for path, _ in mounts for parent in path.parents}, key=lambda above: len(above.parts)):
        if not _is_system(folder) and folder not in (Path("/"), Path("/tmp")):  # noqa: S108
            yield from ("--perms", "0755", "--dir", str(folder))
    for path, option in mounts:
        yield from (option, str(path.resolve()), str(path))
    yield from ("--remount-ro", "/")


def _outermost_first(walls: Walls) -> list[tuple[Path, str]]:
    """What lies inside another folder is mounted after it, so that neither hides the other."""
    mounts = {**dict.fromkeys(walls.readable, "--ro-bind"), **dict.fromkeys(walls.all_writable, "--bind")}
    known = [
        (path, option)
        for path, option in mounts.items()
        if path.exists() and not (option == "--ro-bind" and _is_system(path))
    ]
    return sorted(known, key=lambda mount: len(mount[0].parts))


def _is_system(path: Path) -> bool:
    return any(path == Path(top) or path.is_relative_to(top) for top in views.SYSTEM)


def _as_it_is(path: Path) -> Sequence[str]:
    """A link where the machine has a link, else the folder, read-only."""
    if path.is_symlink():
        return ("--symlink", str(path.readlink()), str(path))
    return ("--ro-bind-try", str(path), str(path))
