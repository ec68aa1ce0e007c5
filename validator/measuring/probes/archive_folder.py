"""What a folder handed in instead of a zip would be copied to, under the rules of an archive. Writes nothing.

Follows no link: neither inside the folder nor between looking at a file and opening it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from validator.measuring.probes import archive_names as names
from validator.measuring.probes.archive_refusal import Refusal, shown
from validator.measuring.probes.archive_zip import CHUNK_BYTES, too_large
from validator.plan import ArchiveLimits

WORK = frozenset({".pdf", ".ipynb", ".py"})
"""Where one of these lies beside an archive, the archive is one file more, and stays closed."""


@dataclass(frozen=True, kw_only=True)
class FolderEntry:
    """One file or folder below the one handed in, under its checked name."""

    parts: names.Parts
    path: Path
    is_folder: bool
    size_bytes: int


def entries(folder: Path, *, limits: ArchiveLimits, without: Collection[Path]) -> tuple[FolderEntry, ...]:
    """Everything below a folder, sorted, except the folders `without`. Raises Refusal when anything breaks a rule."""
    found: list[FolderEntry] = []
    total_bytes = 0
    for entry in _walk(folder, prefix=(), without=without):
        found.append(entry)
        total_bytes += entry.size_bytes
        if len(found) > limits.entries:
            raise Refusal(
                "archive-too-many-entries",
                f"the folder holds more than {limits.entries:,} files and folders, {limits.entries:,} allowed",
                fix="hand in a folder with only the files you were asked for",
            )
        if len(entry.parts) > limits.depth:
            names.check_fit(entry.parts, limits=limits)
        if entry.size_bytes > limits.file_bytes:
            what, where = f"{shown('/'.join(entry.parts))!r} has", "/".join(entry.parts)
            raise too_large(what, entry.size_bytes, allowed_bytes=limits.file_bytes, where=where)
        if total_bytes > limits.unpacked_bytes:
            raise too_large("the folder has over", limits.unpacked_bytes, allowed_bytes=limits.unpacked_bytes)
    return tuple(found)


def archive_in(listed: Sequence[FolderEntry]) -> FolderEntry | None:
    """The one zip at the top of a folder that holds none of the work itself: a hand-in of a zip and files beside it."""
    files = [entry for entry in listed if not entry.is_folder and not names.is_junk(entry.parts)]
    zips = [entry for entry in files if len(entry.parts) == 1 and entry.path.suffix.lower() == ".zip"]
    work = any(entry.path.suffix.lower() in WORK for entry in files)
    return zips[0] if len(zips) == 1 and not work else None


def opened(entry: FolderEntry) -> BinaryIO:
    """The file, open for reading. Raises Refusal when it is no longer the regular file it was."""
    name = "/".join(entry.parts)
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(entry.path, flags)
    except OSError as error:
        raise _unreadable(name, why=error.strerror or "it cannot be opened") from error
    file = os.fdopen(descriptor, "rb")
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise _unreadable(name, why="it changed while it was copied")
    return file


def chunks(entry: FolderEntry) -> Iterator[bytes]:
    """The bytes of one file. Raises Refusal when it is no longer the regular file it was."""
    with opened(entry) as file:
        left_bytes = entry.size_bytes
        while chunk := file.read(CHUNK_BYTES):
            left_bytes -= len(chunk)
            if left_bytes < 0:
                raise _unreadable("/".join(entry.parts), why="it grew while it was copied")
            yield chunk


def _walk(folder: Path, *, prefix: names.Parts, without: Collection[Path]) -> Iterator[FolderEntry]:
    try:
        listed = sorted(os.scandir(folder), key=lambda item: item.name)
    except OSError as error:
        raise _unreadable("/".join(prefix) or folder.name, why=error.strerror or "it cannot be listed") from error
    for item in listed:
        path = folder / item.name
        if path in without:
            continue
        yield from _visit(item, path=path, prefix=prefix, without=without)


def _visit(
    item: os.DirEntry[str], *, path: Path, prefix: names.Parts, without: Collection[Path]
) -> Iterator[FolderEntry]:
    parts = (*prefix, _part(item.name))
    status = item.stat(follow_symlinks=False)
    if item.is_dir(follow_symlinks=False):
        yield FolderEntry(parts=parts, path=path, is_folder=True, size_bytes=0)
        yield from _walk(path, prefix=parts, without=without)
        return
    _check_type("/".join(parts), mode=status.st_mode)
    yield FolderEntry(parts=parts, path=path, is_folder=False, size_bytes=status.st_size)


def _part(name: str) -> str:
    """One name of a folder's listing; a backslash in it would turn into a folder on another computer."""
    parts = names.parts_of(name)
    if parts != (name,):
        fix = "rename the file plainly"
        raise Refusal("archive-name", f"the name {shown(name)!r} holds a separator of folders", fix=fix, where=name)
    return name


def _check_type(name: str, *, mode: int) -> None:
    if stat.S_ISLNK(mode):
        what = f"{shown(name)!r} is a symbolic link; only files and folders are copied"
        raise Refusal("archive-symlink", what, fix="put the file itself in the folder", where=name)
    if not stat.S_ISREG(mode):
        what = f"{shown(name)!r} is a device, pipe or socket; only files and folders are copied"
        raise Refusal("archive-special-file", what, fix="remove it from the folder", where=name)


def _unreadable(name: str, *, why: str) -> Refusal:
    what = f"{shown(name)!r} cannot be read ({why})"
    return Refusal("archive-damaged", what, fix="make the file readable and try again", where=name)
