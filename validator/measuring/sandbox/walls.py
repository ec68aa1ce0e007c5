"""What a boxed command sees of the machine: its tier, its folders, its devices, its account. Plain data and paths."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Tier = Literal["T1", "T2", "T3"]

TIERS: dict[Tier, str] = {
    "T1": "T1 bubblewrap",
    "T2": "T2 Landlock and seccomp",
    "T3": "T3 rlimits and process group",
}
"""Names as they stand in the evidence. docs/sandbox.md says what each stops."""

FIRST_UID = 1_879_048_192
"""Accounts of boxes when the harness runs as root: one for each process that starts boxes, from a range that no user,
container or service manager hands out (systemd's table of uids and gids)."""

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SETTINGS = (
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/passwd", "/etc/group",
    "/etc/nsswitch.conf", "/etc/localtime", "/etc/timezone", "/etc/locale.alias", "/etc/fonts", "/etc/mime.types",
    "/etc/OpenCL", "/etc/vulkan", "/etc/nvidia", "/etc/ssl/openssl.cnf", "/etc/hosts", "/etc/host.conf",
)  # fmt: skip
"""Of /etc only what programs need to start: no certificate store, no client's settings with an address or a token."""
MACHINE = ("/sys/devices/system", "/proc")
GPU_MACHINE = ("/sys/bus/pci", "/sys/devices", "/sys/module", "/sys/class/drm", "/run/nvidia-persistenced")
DEVICES = (
    "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/ptmx", "/dev/pts",
    "/dev/shm",  # noqa: S108 - a name to allow, not a file to write
)  # fmt: skip
"""Without the terminals `!command` fails in a notebook; shared memory carries the batches of data loaders."""


@dataclass(frozen=True, kw_only=True)
class Walls:
    """Which tier stands around one command, and what it leaves open. Paths are absolute."""

    tier: Tier
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    """Folders, and single files such as the page of counters."""
    tmp: Path | None = None
    """The folder that the command sees as /tmp where the tier can do that; writable in every tier."""
    devices: tuple[Path, ...] = ()
    """Device nodes of the accelerators assigned to it."""
    network: bool = False
    uid: int | None = None
    """The account to become; None leaves the caller's."""

    @property
    def all_writable(self) -> tuple[Path, ...]:
        """Everything it may write to."""
        return (*self.writable, *((self.tmp,) if self.tmp else ()))


def own_uid() -> int | None:
    """The account for boxes of this process: one without any right when it is root's, else None (the caller's own)."""
    return FIRST_UID + os.getpid() if hasattr(os, "geteuid") and os.geteuid() == 0 else None


def scratch_root() -> Path:
    """Where boxes get their folders: `VALIDATOR_SCRATCH`, else a place on disk that every account can reach.

    Not /tmp, which a box does not see as it is, and which often is memory.
    """
    wished = os.environ.get("VALIDATOR_SCRATCH")
    places = [Path(wished)] if wished else [Path("/var/tmp"), Path(tempfile.gettempdir())]  # noqa: S108
    return next((place for place in places if place.is_dir() and os.access(place, os.W_OK)), places[-1])


def interpreter_paths(python: Path) -> tuple[Path, ...]:
    """Folders that an interpreter needs to start: its environment, and each place its links lead through."""
    found = [python.parent.parent]
    hop = python
    for _ in range(20):
        if not hop.is_symlink():
            break
        hop = hop.parent / hop.readlink()
        found.append(hop.parent.parent)
    found += _homes(python.parent.parent)
    found.append(python.resolve().parent.parent)
    return tuple(dict.fromkeys(Path(os.path.normpath(path)) for path in found))


def _homes(environment: Path) -> Iterator[Path]:
    """Where a virtual environment's base interpreter lies, by its own word."""
    try:
        lines = (environment / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for line in lines:
        name, _, value = line.partition("=")
        if name.strip() == "home":
            yield Path(value.strip()).parent


def unreachable(walls: Walls) -> list[str]:
    """Of what the command must read, what its own account may not; empty when it runs as the caller."""
    if walls.uid is None:
        return []
    return [str(path) for path in walls.readable if path.exists() and not _others_may_read(path)]


def _others_may_read(path: Path) -> bool:
    wanted = 0o005 if path.is_dir() else 0o004
    return path.stat().st_mode & wanted == wanted
