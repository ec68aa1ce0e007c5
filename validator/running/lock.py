"""One writer per output folder: a second `validate` on the same folder is refused with the owner's name."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from validator.measuring.sandbox.owner import Owner, dumps, is_alive, loads, this_process
from validator.running.files import PART

NAME = ".lock"
BY_NAME = ".lock-by-name"
"""Where the file system has no locks of its own, this file's being there is the lock."""

_NO_FLOCK = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EINVAL)


class Locked(RuntimeError):
    """Another process is writing to this folder; the message names it."""


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock. Raises Locked at once when another process holds it; a dead owner's lock is free.

    The kernel's `flock` is asked first: it lets go when its owner dies. Where there is none, the owner is written into
    a file of a fixed name, and free is what a process left that is gone, or a boot that is over.
    """
    descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
    try:
        with _flocked(descriptor, folder) if _has_flock(descriptor, folder) else _named(folder):
            yield
    finally:
        os.close(descriptor)


def holder(folder: Path) -> Owner | None:
    """Who holds the lock, as far as it says so itself; None when nobody does. Takes no lock."""
    found = (loads(_text(folder / name)) for name in (NAME, BY_NAME))
    return next((owner for owner in found if owner is not None), None)


def _has_flock(descriptor: int, folder: Path) -> bool:
    """Take the lock; False when this file system or operating system offers none. Raises Locked."""
    try:
        import fcntl
    except ImportError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _NO_FLOCK:
            return False
        raise Locked(_refusal(folder, loads(_text(folder / NAME)))) from error
    return True


@contextlib.contextmanager
def _flocked(descriptor: int, folder: Path) -> Iterator[None]:
    if (owner := loads(_text(folder / BY_NAME))) and is_alive(owner):
        raise Locked(_refusal(folder, owner))  # it found no flock, and we do
    os.ftruncate(descriptor, 0)
    os.write(descriptor, dumps(this_process()).encode())
    try:
        yield
    finally:
        os.ftruncate(descriptor, 0)


@contextlib.contextmanager
def _named(folder: Path) -> Iterator[None]:
    path = folder / BY_NAME
    while not _claimed(path):
        text = _text(path)
        owner = loads(text)
        if owner is not None and is_alive(owner) is not False:
            raise Locked(_refusal(folder, owner, delete=path))
        _take_away(path, text, folder)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _claimed(path: Path) -> bool:
    """Put a complete record under the name, unless one is there: a link to a file is made whole or not at all."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PART}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        os.write(descriptor, dumps(this_process()).encode())
        path.hardlink_to(beside)
    except FileExistsError:
        return False
    except OSError:
        return _claimed_without_links(path)
    finally:
        os.close(descriptor)
        beside.unlink(missing_ok=True)
    return True


def _claimed_without_links(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        return False
    os.write(descriptor, dumps(this_process()).encode())
    os.close(descriptor)
    return True


def _take_away(path: Path, stale: str, folder: Path) -> None:
    """Remove a dead owner's record, and only that: another may have been faster and be alive."""
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PART}")
    try:
        path.rename(aside)
    except FileNotFoundError:
        return
    if (taken := _text(aside)) != stale:
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(aside)
        aside.unlink()
        raise Locked(_refusal(folder, loads(taken)))
    aside.unlink()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _refusal(folder: Path, owner: Owner | None, *, delete: Path | None = None) -> str:
    message = f"{folder}: {owner or 'another process'} is writing here; `validate status {folder}` says how far it is"
    if delete is not None and owner is not None and is_alive(owner) is None:
        message += f". Whether it still runs cannot be seen from this machine: if it does not, delete {delete}"
    return message
