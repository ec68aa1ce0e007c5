"""Who is at the other end of a unix socket, as the kernel attests it. Knows no record."""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path

from validator.measuring.meter import proc

MADE_FOR = b"\0v-peer-"
"""Start of the abstract name that the sandbox's supervisor gives to a connection; the pid follows."""


def peer_pid(connection: socket.socket) -> int:
    """The process id as the kernel knows it; 0 where the system does not tell."""
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return 0
    pid: int = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, option, 12))[0]
    return pid


def speaker(connection: socket.socket, name: object) -> int:
    """The process that speaks, where the sandbox made the connection for it; else the peer itself.

    A box whose connections are made by its supervisor cannot name them: the supervisor, a child of this process, does.
    """
    peer = peer_pid(connection)
    if isinstance(name, bytes) and name.startswith(MADE_FOR) and peer and parent(peer) == os.getpid():
        number = name.removeprefix(MADE_FOR).partition(b"-")[0]
        return int(number) if number.isdigit() else peer
    return peer


def parent(pid: int) -> int:
    """The process that started it; 0 where that cannot be told."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return int(fields[1])
    except (OSError, ValueError, IndexError):
        return 0


def own_pids(pid: int) -> set[int]:
    """What the process may call itself: inside a pid namespace it has another number. Empty when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return set() if proc.AVAILABLE else {pid}
    rows = [line.split()[1:] for line in status.splitlines() if line.startswith("NSpid:")]
    return {pid, *(int(number) for row in rows for number in row)}


def image(pid: int) -> tuple[int, int]:
    """Which process it is and where its arguments lie: another one when another program has taken its place."""
    seen = proc.stat(pid)
    return (seen.started, seen.image) if seen else (0, 0)


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
