"""The page of counters in shared memory: its layout, its making, its reading. Knows no network and no record."""

from __future__ import annotations

import stat
import struct
from dataclasses import dataclass
from pathlib import Path

MAGIC = b"VCOUNT01"
SLOT = struct.Struct("<8Q")
SLOTS = 4096


@dataclass(frozen=True, kw_only=True)
class Counter:
    """What one network of one process had counted when the page was read; `pid` is the process's own word."""

    pid: int
    net: int
    updates: int
    gradients: int
    calls: int
    t: int


def make(path: Path) -> None:
    """An empty page: a header of one slot, then room for every network of every process."""
    path.write_bytes(MAGIC.ljust(SLOT.size, b"\0") + bytes(SLOT.size * SLOTS))


def read(path: Path) -> tuple[Counter, ...] | None:
    """The slots in use; None when the page is gone or is no page, which is itself a finding."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        with path.open("rb") as file:
            page = file.read(SLOT.size * (SLOTS + 1))
    except OSError:
        return None
    if not page.startswith(MAGIC) or len(page) % SLOT.size:
        return None
    used = len(page.rstrip(b"\0"))  # the rest was never taken
    slots = (SLOT.unpack_from(page, offset) for offset in range(SLOT.size, used, SLOT.size))
    return tuple(
        Counter(pid=slot[0], net=slot[1], updates=slot[2], gradients=slot[3], calls=slot[4], t=slot[5])
        for slot in slots
        if slot[0]
    )
