"""The digest that a submission is known by: of the zip's bytes, or of a folder's names and contents.

Follows no link and opens regular files only.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from validator.intake.listing import is_clutter, is_marking_output

MOST_FILES = 5_000
"""No submission of more files is ever unpacked: from here on names and sizes tell two folders apart well enough."""


def digest_of(given: Path) -> str:
    """SHA-256 of a zip, or over the sorted names and digests of a folder's files."""
    if not given.is_dir():
        return _file_digest(given)
    total = hashlib.sha256()
    for number, (name, path) in enumerate(_files(given.resolve(), prefix="")):
        line = f"{name}\0{_told(path, whole=number < MOST_FILES)}\n"
        total.update(line.encode("utf-8", errors="surrogateescape"))
    return total.hexdigest()


def _files(folder: Path, *, prefix: str) -> Iterator[tuple[str, Path]]:
    """Files and links, in an order that no file system can change."""
    for entry in sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name)):
        path, name = folder / entry.name, f"{prefix}{entry.name}"
        if (is_clutter(entry.name) and not entry.is_dir()) or (not prefix and is_marking_output(path)):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(path, prefix=f"{name}/")
        else:
            yield name, path


def _told(path: Path, *, whole: bool) -> str:
    """What a file is: its digest, or what it is instead of a file."""
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        return f"link {path.readlink()}"
    if not stat.S_ISREG(status.st_mode):
        return f"mode {stat.S_IFMT(status.st_mode)}"
    return _file_digest(path) if whole else f"size {status.st_size}"


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
