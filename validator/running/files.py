"""Writing files so that a crash at any moment leaves the old content or the new, never a torn one.

Every byte of state under `--out` goes through here; a test insists.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from pathlib import Path
from typing import BinaryIO

PART = ".part"
"""Ending of a file that is being written; a crash may leave one behind, and the next start removes it."""

_NO_FOLDER_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EPERM)


def write_atomically(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write beside the target, flush to the disk, rename over it, flush the folder.

    Raises OSError and then leaves no stray file behind. What is not `durable` is whole or absent as well, but a power
    cut may lose it: for what is made again anyway.
    """
    made_folder(path.parent)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PART}")
    try:
        _write_new(beside, content, durable=durable)
        if path.is_dir() and not path.is_symlink():
            put_aside(path)
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def made_folder(folder: Path) -> None:
    """Make the folder and those above it, each known to the disk before anything lies in it."""
    if folder.is_dir():
        return
    made_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder: without it a power cut can undo a rename. Not every system offers it."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(descriptor)


def put_aside(path: Path) -> None:
    """Rename what stands where a file belongs; student code ran near it, and nothing of anybody's is deleted here."""
    path.rename(path.with_name(f".{path.name}.{secrets.token_hex(4)}.aside"))


def cleared(path: Path) -> Path:
    """The same path with nothing there: a file, pipe or link is removed, a folder is put aside."""
    if path.is_dir() and not path.is_symlink():
        put_aside(path)
    path.unlink(missing_ok=True)
    return path


def real_folder(path: Path) -> None:
    """Make sure that a folder of the harness is one: a link is removed, never followed; a file is put aside."""
    if path.is_symlink():
        path.unlink()
    elif path.exists() and not path.is_dir():
        put_aside(path)
    made_folder(path)


def opened_regular(path: Path) -> BinaryIO:
    """A regular file, open for reading; a link is not followed and a pipe not waited for. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return os.fdopen(descriptor, "rb")


def read_regular(path: Path) -> bytes:
    """The content of a regular file. Raises OSError as `opened_regular` does."""
    with opened_regular(path) as stream:
        return stream.read()


def append_line(path: Path, line: str) -> None:
    """Append one line, flushed to the disk: whole, or not at all when the disk is full.

    A line that a crash tore is closed first, so that it spoils no other.
    """
    made_folder(path.parent)
    if os.path.lexists(path) and not stat.S_ISREG(path.lstat().st_mode):
        put_aside(path)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        before = os.lseek(descriptor, 0, os.SEEK_END)
        try:
            _write_all(descriptor, _after_torn(descriptor, before) + (line.rstrip("\n") + "\n").encode())
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, before)
            raise
    finally:
        os.close(descriptor)


def _after_torn(descriptor: int, end: int) -> bytes:
    if not end:
        return b""
    os.lseek(descriptor, end - 1, os.SEEK_SET)
    return b"" if os.read(descriptor, 1) == b"\n" else b"\n"


def _write_new(path: Path, content: bytes, *, durable: bool) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o666)  # as `open` does; the umask decides
    try:
        _write_all(descriptor, content)
        if durable:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, content: bytes) -> None:
    """One call may write less than all, as at a disk's last free block."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
