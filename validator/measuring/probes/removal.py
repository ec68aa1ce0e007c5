"""Removes a folder whatever a student made of it: closed, nested deeper than a path or a recursion reaches.

Knows files; nothing of runs.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path


def remove(folder: Path, *, last: str = "") -> None:
    """A folder, or whatever else stands there; what cannot be removed stays and hurts nobody.

    The file `last` in it goes last: whoever is killed on the way leaves a folder that still says whose it is.
    """
    if folder.is_symlink() or not folder.is_dir():
        folder.unlink(missing_ok=True)
        return
    with contextlib.suppress(OSError):
        _flatten(folder, last)
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(folder)):
            if entry.name != last:
                shutil.rmtree(entry.path, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def _flatten(top: Path, last: str) -> None:
    """Empty every folder, its own folders moved beside it first: no path gets longer, and nothing recurses."""
    top.chmod(0o700)
    beside = Path(tempfile.mkdtemp(dir=top))
    waiting = [Path(entry.path) for entry in _emptied(top, last) if Path(entry.path) != beside]
    moved = 0
    while waiting:
        folder = waiting.pop()
        for entry in _emptied(folder):
            moved += 1
            with contextlib.suppress(OSError):
                Path(entry.path).chmod(0o700)  # to be moved a folder must be open to its owner
                waiting.append(Path(entry.path).rename(beside / str(moved)))
        with contextlib.suppress(OSError):
            folder.rmdir()


def _emptied(folder: Path, last: str = "") -> Iterator[os.DirEntry[str]]:
    """Unlink what is in a folder, but for the file `last`, and give its folders. None of them is a link."""
    with contextlib.suppress(OSError):
        folder.chmod(0o700)
        with os.scandir(folder) as entries:
            found = list(entries)
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                yield entry
            elif entry.name != last:
                with contextlib.suppress(OSError):
                    Path(entry.path).unlink()
