"""The way out of the process: records over a socket, and a page of counters in shared memory as second witness.

Knows datagrams and slots; nothing of networks, and nothing of what the numbers mean.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import math
import mmap
import os
import socket
import struct
import sys
import threading
import time
from typing import Any

MAGIC = b"VCOUNT01"
SLOT_BYTES = 64
SLOT = struct.Struct("<8Q")
"""pid, number of the network in its process, updates, gradient computations, optimiser calls, monotonic ns, 0, 0."""
COUNTS = struct.Struct("<4Q")
COUNTS_OFFSET = 16
MAX_DATAGRAM_BYTES = 60_000
SEND_SECONDS = 2.0
MAX_FAULTS = 20
STARTERS = frozenset({("subprocess", "_execute_child"), ("ptyprocess.ptyprocess", "spawn"), ("pty", "spawn")})
"""Where Python forks to start another program. The second is a notebook's `!command`, which closes all that is open."""


class Channel:
    """Sends records, numbered for each process; a lost recorder makes it silent, never slow and never raising."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.cell: str | int | None = os.environ.get("VALIDATOR_CELL")
        self.started_by_cell = self.cell is not None
        self.before_exit: list[Any] = []
        self.heard: list[Any] = []
        """Called with the kind and the fields of each record that was sent."""
        self._reset()
        os.register_at_fork(after_in_child=self._forked)
        atexit.register(self.close)
        self.greet()

    def greet(self) -> None:
        """Say `hello` now: that there is an agent in this process is known before it counts anything."""
        with self._lock:
            try:
                self._open()
            except Exception:
                self._dead = True

    def emit(self, kind: str, **fields: Any) -> None:
        """Send one record. Values that JSON does not know become text."""
        with self._lock:
            try:
                self._send(kind, fields)
            except Exception:
                self._dead = True
        for call in self.heard:
            with contextlib.suppress(Exception):
                call(kind, fields)

    @property
    def forked(self) -> bool:
        """Whether this process began as a copy of its parent."""
        return self._how == "fork"

    def in_place(self) -> bool:
        """Whether records still go where they went first: the same connection, under the same number."""
        if self._socket is None:
            return True
        try:
            return not self._dead and os.fstat(self._socket.fileno()).st_ino == self._inode
        except OSError:
            return False

    def fault(self, where: str, error: Exception) -> None:
        """The agent failed somewhere and goes on; the first few are said."""
        self._faults += 1
        if self._faults <= MAX_FAULTS:
            self.emit("fault", where=where, what=repr(error)[:300])

    def close(self) -> None:
        """Last words: whoever has counts left sends them, then `bye`."""
        for flush in self.before_exit:
            with contextlib.suppress(Exception):
                flush()
        if self._socket is not None and self._pid == os.getpid():
            self.emit("bye", records=self._seq)

    def _forked(self) -> None:
        self._reset()
        self._how = "fork"
        if not _about_to_become_another():
            self.greet()

    def _reset(self) -> None:
        """A fresh life, at start and in the child of a fork: own pid, own numbers, own connection."""
        self._lock = threading.RLock()
        self._pid = os.getpid()
        self._seq = 0
        self._dead = False
        self._faults = 0
        self._how = "exec"
        self._socket: socket.socket | None = None

    def _send(self, kind: str, fields: dict[str, Any]) -> None:
        if self._dead:
            return
        connection = self._open()
        record = {"pid": self._pid, "seq": self._seq, "t": time.monotonic_ns(), "kind": kind, "cell": self.cell}
        payload = json.dumps({**fields, **record}, default=str, allow_nan=True).encode()
        if len(payload) > MAX_DATAGRAM_BYTES:
            payload = json.dumps({**record, "kind": "oversize", "of": kind, "bytes": len(payload)}).encode()
        self._seq += 1
        connection.sendall(payload if connection.type == _seqpacket() else payload + b"\n")

    def _open(self) -> socket.socket:
        if self._socket is None:
            self._socket = self._connect()
            self._inode = os.fstat(self._socket.fileno()).st_ino
            self._send("hello", _hello(self._how))
        return self._socket

    def _connect(self) -> socket.socket:
        # macOS has no SOCK_SEQPACKET for unix sockets: there a stream with one record a line.
        connection = socket.socket(socket.AF_UNIX, _seqpacket() or socket.SOCK_STREAM)
        connection.settimeout(SEND_SECONDS)
        connection.connect(self.path)
        return connection


class Page:
    """Counters in a file that the recorder preallocated: what is written here survives any death of the process."""

    def __init__(self, path: str | None) -> None:
        self._memory: mmap.mmap | None = None
        self._path = path
        self._forked()
        os.register_at_fork(after_in_child=self._forked)
        if path is None:
            return
        try:
            with open(path, "r+b") as file:  # noqa: PTH123
                memory = mmap.mmap(file.fileno(), 0)
            self._memory = memory if memory[: len(MAGIC)] == MAGIC else None
        except (OSError, ValueError):
            self._memory = None

    def _forked(self) -> None:
        """The child of a fork has slots of its own."""
        self._pid = os.getpid()
        self._told: dict[int, tuple[int, int, int]] = {}

    def slot(self, number: int) -> int:
        """Take a free slot for a network of this process; 0 when there is no page or no room."""
        memory = self._memory
        if memory is None or self._path is None:
            return 0
        import fcntl

        with open(self._path, "r+b") as file:  # noqa: PTH123
            fcntl.lockf(file, fcntl.LOCK_EX)  # several processes of the student share the page
            for offset in range(SLOT_BYTES, len(memory) - SLOT_BYTES + 1, SLOT_BYTES):
                if memory[offset : offset + 8] == bytes(8):
                    SLOT.pack_into(memory, offset, os.getpid(), number, 0, 0, 0, 0, 0, 0)
                    return offset
        return 0

    def write(self, offset: int, updates: int, gradients: int, calls: int) -> None:
        """Store the counts of one network; no system call, about a microsecond."""
        if offset and self._memory is not None:
            self._told[offset] = (updates, gradients, calls)
            COUNTS.pack_into(self._memory, offset + COUNTS_OFFSET, updates, gradients, calls, time.monotonic_ns())

    def in_place(self) -> bool:
        """Whether what this process wrote last is still there."""
        memory = self._memory
        if memory is None:
            return True
        if memory.closed or memory[: len(MAGIC)] != MAGIC:
            return False
        for offset, told in list(self._told.items()):
            slot = SLOT.unpack_from(memory, offset)
            if slot[0] != self._pid or any(now < then for now, then in zip(slot[2:5], told, strict=True)):
                return False
        return True


def finite(value: float) -> float | None:
    """The value, or None where JSON has no word for it."""
    return value if math.isfinite(value) else None


def _seqpacket() -> int:
    return int(getattr(socket, "SOCK_SEQPACKET", 0)) if sys.platform != "darwin" else 0


def _about_to_become_another() -> bool:
    """Whether this child was forked only to start another program: that one speaks for itself."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        if (frame.f_globals.get("__name__"), frame.f_code.co_name) in STARTERS:
            return True
        frame = frame.f_back
    return False


def _image() -> int:
    """Where this program's arguments lie, as the kernel tells it: tells programs in one process apart. 0: unknown."""
    try:
        with open("/proc/self/stat", "rb") as file:  # noqa: PTH123
            return int(file.read().rpartition(b")")[2].split()[45])
    except (OSError, ValueError, IndexError):
        return 0


def _hello(how: str) -> dict[str, Any]:
    return {
        "grammar": 2,
        "how": how,
        "image": _image(),
        "exe": str(sys.executable)[:400],
        "ppid": os.getppid(),
        "python": sys.version.split()[0],
        "argv": [str(word)[:200] for word in sys.argv[:4]],
    }
