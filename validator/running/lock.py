"""One writer per output folder: a second `validate` on the same folder is refused with the owner's name."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path


class Locked(RuntimeError):
    """Another process is writing to this folder; the message names it."""


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock. Raises Locked at once when another process holds it; a dead owner's lock is free.

    Advisory `flock`: the kernel lets go of it when its owner dies. Where there is none (Windows), nothing is locked.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    with (folder / ".lock").open("a+", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            handle.seek(0)
            raise Locked(f"{folder}: {handle.read().strip() or 'another process'} is writing here") from error
        handle.truncate(0)
        handle.write(f"process {os.getpid()} on {socket.gethostname()}")
        handle.flush()
        yield
