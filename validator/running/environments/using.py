"""Who uses an environment: whoever chose it holds a shared lock on its record for as long as that process lives.

Whoever removes one needs the lock for itself. Where the file system has no locks, the time of the last choice decides.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from validator.running.environments.places import NotBuilt
from validator.running.environments.record import FILE_NAME, Environment

READ_ONLY = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)
_HELD: dict[str, int] = {}
"""Folder to the open record on which this process has its lock; no other program inherits it."""


def chosen(environment: Environment) -> Environment:
    """Note that somebody chose it, and hold it. Raises NotBuilt when it is being removed.

    Who may not write the note needs none: an environment of root's is removed by root.
    """
    record = Path(environment.folder) / FILE_NAME
    with contextlib.suppress(OSError):
        os.utime(record)
    try:
        _hold(environment.folder, record)
    except (BlockingIOError, FileNotFoundError) as error:
        raise NotBuilt(f"{environment.folder}: is being removed; try once more") from error
    except OSError:  # no locks here
        pass
    return environment


def let_go() -> None:
    """Hold none any more."""
    while _HELD:
        os.close(_HELD.popitem()[1])


@contextlib.contextmanager
def unused(environment: Environment) -> Iterator[bool]:
    """Whether no living process holds it; within, none can begin to."""
    try:
        descriptor = os.open(Path(environment.folder) / FILE_NAME, READ_ONLY)
    except OSError:
        yield False
        return
    try:
        yield _is_locked(descriptor, shared=False)
    finally:
        os.close(descriptor)


def _hold(folder: str, record: Path) -> None:
    before = _HELD.get(folder)
    if before is not None and os.path.samestat(os.fstat(before), record.stat()):
        return
    descriptor = os.open(record, READ_ONLY)
    try:
        if not _is_locked(descriptor, shared=True):
            raise BlockingIOError
        record.stat()  # a remover may have been faster than the lock
    except OSError:
        os.close(descriptor)
        raise
    _HELD[folder] = descriptor
    if before is not None:
        os.close(before)


def _is_locked(descriptor: int, *, shared: bool) -> bool:
    """Take the lock if it is free; where there are no locks everything is."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
