"""Shared memory of an account that belongs to one box only: how much there is, and its removal.

A file in /dev/shm outlives the process that made it and is counted by none. Knows files and owners.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator

from . import tree

PLACE = "/dev/shm"  # noqa: S108 - looked through, never written


def held_bytes(uid: int) -> int:
    """What the account's files hold."""
    total = 0
    for entry in _of(uid):
        total += tree.folder_bytes(entry.path)
    return total


def remove(uid: int) -> None:
    """Everything of the account's, once none of its processes is left."""
    for entry in _of(uid):
        with contextlib.suppress(OSError):
            if entry.is_dir(follow_symlinks=False):
                _flatten(entry.path)
            else:
                os.unlink(entry.path)


def _of(uid: int) -> Iterator[os.DirEntry[str]]:
    with contextlib.suppress(OSError), os.scandir(PLACE) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                if entry.stat(follow_symlinks=False).st_uid == uid:
                    yield entry


def _flatten(top: str) -> None:
    """Empty every folder, the folders in it moved up to the top first: nothing recurses and no path gets longer."""
    waiting, moved = [top], 0
    while waiting:
        folder = waiting.pop()
        with contextlib.suppress(OSError):
            os.chmod(folder, 0o700)
            for name in os.listdir(folder):
                path = f"{folder}/{name}"
                with contextlib.suppress(OSError):
                    if not stat.S_ISDIR(os.lstat(path).st_mode):
                        os.unlink(path)
                        continue
                    moved += 1
                    os.chmod(path, 0o700)
                    os.rename(path, f"{top}/.moved-{moved}")
                    waiting.append(f"{top}/.moved-{moved}")
            if folder != top:
                os.rmdir(folder)
    with contextlib.suppress(OSError):
        os.rmdir(top)
