"""Who is at the other end of a unix socket, as the kernel attests it. Knows no record."""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path


def peer_pid(connection: socket.socket) -> int:
    """The process id as the kernel knows it; 0 where the system does not tell."""
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return 0
    pid: int = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, option, 12))[0]
    return pid


def own_pids(pid: int) -> set[int]:
    """What the process may call itself: inside a pid namespace it has another number."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {pid}
    rows = [line.split()[1:] for line in status.splitlines() if line.startswith("NSpid:")]
    return {pid, *(int(number) for row in rows for number in row)}


def alive(pid: int) -> bool:
    """Whether the process still runs; a zombie does not."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[-1].split()[0]
    except ProcessLookupError:
        return False
    except OSError:
        return Path(f"/proc/{pid}").exists()
    return state not in "ZX"
