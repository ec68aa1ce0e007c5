"""Writing files so that a crash at any moment leaves the old content or the new, never a torn one."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside the target, flush to the disk, rename over it. Raises OSError; leaves no stray file behind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with beside.open("xb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        if path.is_dir() and not path.is_symlink():
            put_aside(path)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


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
    path.mkdir(parents=True, exist_ok=True)


def read_regular(path: Path) -> bytes:
    """The content of a regular file; a link is not followed and a pipe not waited for. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()


def append_line(path: Path, line: str) -> None:
    """Append one line in a single write, flushed to the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if os.path.lexists(path) and not stat.S_ISREG(path.lstat().st_mode):
        put_aside(path)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(descriptor, (line.rstrip("\n") + "\n").encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
