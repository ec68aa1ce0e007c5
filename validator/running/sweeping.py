"""Removes what processes left that are gone: files half written, folders half unpacked, scratch folders, open attempts.

Called at the start, under the lock of the output folder. What belongs to a living process, or to one on another
machine, is left alone; only names that the harness gives are touched, and no link is followed.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from validator.measuring.probes.removal import remove
from validator.measuring.sandbox.owner import FILE_NAME, is_alive, owner_of
from validator.running.attempts import RUNNING
from validator.running.batch import now, read_progress
from validator.running.files import PART
from validator.running.store import Store

HALF_MADE_SECONDS = 60.0
_PART = re.compile(r"\..+\.[0-9a-f]{8}" + re.escape(PART))
_UNPACKING = re.compile(r"(\.submission|paper|box)-[A-Za-z0-9_]{8}")


def swept(out: Path) -> Iterator[tuple[str, str]]:
    """Clean the output folder of what dead processes left; yields submission and a line on each interrupted attempt."""
    _remove_parts(out)
    for home in sorted(path for path in out.iterdir() if path.is_dir() and not path.is_symlink()):
        store = Store(home)
        progress = read_progress(out, home.name)
        if progress is not None and not progress.complete and is_alive(progress.owner) is None:
            continue  # another machine may be at it
        if any(attempt.how == RUNNING for attempt in store.attempts.all()):
            continue
        for folder in (home, store.folder, store.attempts.folder):
            if folder.is_dir() and not folder.is_symlink():
                _remove_parts(folder)
        for attempt in store.attempts.close_interrupted(now=now()):
            yield home.name, f"{attempt.stage}: interrupted in its attempt {attempt.number}, begun {attempt.started_at}"


def sweep_scratch(*places: Path, prefix: str = "v-") -> tuple[Path, ...]:
    """Remove the folders of that prefix under these places whose owner, written into them, is dead; returns them.

    A folder that does not say whose it is, or is another account's, stays; but for an empty one that nobody has
    touched for a minute, which is one that its maker was killed over.
    """
    removed = []
    for place in places:
        for folder in _own_folders(place, prefix):
            owner = owner_of(folder)
            if owner is not None and is_alive(owner) is False:
                remove(folder, last=FILE_NAME)
                removed.append(folder)
            elif owner is None and _is_half_made(folder):
                remove(folder)
                removed.append(folder)
    return tuple(removed)


def _is_half_made(folder: Path) -> bool:
    """Whether its maker was killed before it could write its name: nothing is in it, and nobody is at it."""
    try:
        entries = [(entry.name, entry.stat(follow_symlinks=False).st_size) for entry in os.scandir(folder)]
        return entries in ([], [(FILE_NAME, 0)]) and time.time() - folder.lstat().st_mtime > HALF_MADE_SECONDS
    except OSError:
        return False


def _own_folders(place: Path, prefix: str) -> list[Path]:
    try:
        found = sorted(place.glob(f"{prefix}*"))
        return [path for path in found if path.is_dir() and not path.is_symlink() and _is_ours(path)]
    except OSError:
        return []


def _is_ours(path: Path) -> bool:
    return not hasattr(os, "getuid") or path.lstat().st_uid == os.getuid()


def _remove_parts(folder: Path) -> None:
    for path in folder.iterdir():
        if _PART.fullmatch(path.name) and not path.is_dir():
            path.unlink(missing_ok=True)
        elif _UNPACKING.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
            remove(path)
