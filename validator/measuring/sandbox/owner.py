"""Who holds a lock, a running stage or a scratch folder: one process told from every other, living or gone.

Process numbers come back: host, boot and the process's own start tell it from the next of the same number.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

FILE_NAME = "owner.json"
"""The name under which a folder says whose it is."""

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, kw_only=True)
class Owner:
    """One process of one boot of one machine. Empty texts are what this operating system does not tell."""

    host: str
    pid: int
    boot_id: str = ""
    started: str = ""
    """The kernel's own count at the start of the process; no clock can move it."""

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}"


def this_process() -> Owner:
    """The process that calls."""
    pid = os.getpid()
    return Owner(host=socket.gethostname(), pid=pid, boot_id=_boot_id(), started=_stat(pid).get("started", ""))


def is_alive(owner: Owner) -> bool | None:
    """Whether that process still runs; None when that cannot be known here, as for another machine."""
    if owner.host != socket.gethostname():
        return None
    boot_id = _boot_id()
    if owner.boot_id and boot_id and owner.boot_id != boot_id:
        return False
    if os.name != "posix":  # there, asking with signal 0 would end the process
        return None
    try:
        os.kill(owner.pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    now = _stat(owner.pid)
    if now.get("state") == "Z":
        return False
    return not (owner.started and now) or owner.started == now["started"]


def dumps(owner: Owner) -> str:
    """The owner as one line of JSON."""
    return json.dumps(asdict(owner))


def loads(text: str) -> Owner | None:
    """The owner that a text tells of; None when it tells of none."""
    try:
        told = json.loads(text)
        return Owner(
            host=str(told["host"]), pid=int(told["pid"]), boot_id=str(told["boot_id"]), started=str(told["started"])
        )
    except (ValueError, KeyError, TypeError):
        return None


def write_owner(folder: Path) -> None:
    """Say that a folder belongs to this process, so that it can be removed once the process is gone."""
    (folder / FILE_NAME).write_text(dumps(this_process()), encoding="utf-8")


def owner_of(folder: Path) -> Owner | None:
    """Whose folder it is; None when it does not say."""
    path = folder / FILE_NAME
    try:
        return None if path.is_symlink() else loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


def _boot_id() -> str:
    try:
        return BOOT_ID.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _stat(pid: int) -> dict[str, str]:
    """State and start of a process; empty where there is no /proc."""
    if sys.platform != "linux":
        return {}
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return {"state": fields[0], "started": fields[19]}
    except (OSError, IndexError):
        return {}
