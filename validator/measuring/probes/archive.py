"""Unpacks one submission, zip or folder, into a place of its own, or refuses it whole and says why.

Knows the safety rules and their limits; knows no role, no rubric. Nothing is ever written outside the new folder,
nested archives stay files, and what is refused leaves nothing behind.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from validator.evidence import Flag
from validator.measuring.probes import archive_folder, archive_zip
from validator.measuring.probes import archive_names as names
from validator.measuring.probes.archive_refusal import Refusal, shown
from validator.plan import ArchiveLimits

LISTED = 5


@dataclass(frozen=True, kw_only=True)
class Unpacked:
    """What came of unpacking: the reason nothing was, or what a reader of the files should know."""

    refused: Flag | None = None
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Entry:
    parts: names.Parts
    is_folder: bool
    chunks: Callable[[], Iterator[bytes]]


def unpack(*, given: Path, into: Path, limits: ArchiveLimits) -> Unpacked:
    """Unpack a zip, or copy a folder, to the new folder `into`, which is replaced. Refusals are returned, not raised.

    OSError is left for failures of this machine, such as a full disk.
    """
    _remove(into)
    into.parent.mkdir(parents=True, exist_ok=True)
    try:
        if given.is_dir():
            return _copy_folder(given, into, limits=limits)
        if given.exists() and not given.is_file():
            raise Refusal("not-an-archive", "it is neither a file nor a folder", fix="hand in a .zip of your files")
        with given.open("rb") as file:
            return _unpack_zip(file, into, limits=limits)
    except Refusal as refusal:
        return Unpacked(refused=refusal.flag)


def _unpack_zip(file: BinaryIO, into: Path, *, limits: ArchiveLimits) -> Unpacked:
    return _write_all(_entries_of_zip(file, limits=limits), into, limits=limits)


def _entries_of_zip(file: BinaryIO, *, limits: ArchiveLimits) -> list[_Entry]:
    size_bytes = file.seek(0, os.SEEK_END)

    def opened(entry: archive_zip.ZipEntry) -> Callable[[], Iterator[bytes]]:
        return lambda: archive_zip.chunks(file, entry)

    return [
        _Entry(parts=entry.parts, is_folder=entry.member.is_folder, chunks=opened(entry))
        for entry in archive_zip.entries(file, size_bytes=size_bytes, limits=limits)
    ]


def _copy_folder(given: Path, into: Path, *, limits: ArchiveLimits) -> Unpacked:
    """The folder's files; a zip with files beside it, and no work among them, is unpacked to lie with them."""
    folder = given.resolve()

    def opened(entry: archive_folder.FolderEntry) -> Callable[[], Iterator[bytes]]:
        return lambda: archive_folder.chunks(entry)

    listed = archive_folder.entries(folder, limits=limits, without=_own_output(folder, into))
    packed = archive_folder.archive_in(listed)
    entries = [
        _Entry(parts=entry.parts, is_folder=entry.is_folder, chunks=opened(entry))
        for entry in listed
        if entry is not packed
    ]
    if packed is None:
        return _write_all(entries, into, limits=limits)
    beside = ["/".join(entry.parts) for entry in entries if not entry.is_folder and not names.is_junk(entry.parts)]
    detail = f"{packed.parts[0]} was unpacked; beside it: {_some(beside) if beside else 'nothing'}"
    flag = Flag(kind="archive-and-files", detail=detail, where=packed.parts[0])
    with archive_folder.opened(packed) as file:
        together = _write_all([*_entries_of_zip(file, limits=limits), *entries], into, limits=limits)
    return Unpacked(flags=(*together.flags, flag))


def _own_output(folder: Path, into: Path) -> tuple[Path, ...]:
    """The folders of this very marking that lie inside the submission: `validate .` writes to `./marking`."""
    home = into.resolve().parent
    return tuple(path for path in (into.resolve(), home, home.parent) if folder in path.parents)


def _write_all(entries: Sequence[_Entry], into: Path, *, limits: ArchiveLimits) -> Unpacked:
    kept = [entry for entry in entries if entry.parts and not names.is_junk(entry.parts)]
    for entry in kept:
        names.check_fit(entry.parts, limits=limits)
    files = [entry for entry in kept if not entry.is_folder]
    names.check_collisions([file.parts for file in files], [entry.parts for entry in kept if entry.is_folder])
    if not files:
        fix = "zip the files you were asked for and upload that"
        raise Refusal("archive-empty", "there are folders but no files in it", fix=fix)
    with _new_folder(into) as folder:
        for entry in files:
            _write_file(entry, folder)
    return Unpacked(flags=tuple(_flags(entries)))


@contextmanager
def _new_folder(into: Path) -> Iterator[Path]:
    """A folder beside `into` that becomes `into` when all went well, and vanishes when not."""
    folder = Path(tempfile.mkdtemp(prefix=f".{into.name}-", dir=into.parent))
    try:
        yield folder
        folder.rename(into)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _write_file(entry: _Entry, folder: Path) -> None:
    """The names were checked and the folder is ours alone: no link can lie on the way."""
    path = folder.joinpath(*entry.parts)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        for chunk in entry.chunks():
            file.write(chunk)


def _flags(entries: Iterable[_Entry]) -> Iterator[Flag]:
    files = ["/".join(entry.parts) for entry in entries if entry.parts and not entry.is_folder]
    junk = [name for name in files if names.is_junk(tuple(name.split("/")))]
    if junk:
        detail = f"left out what the operating system added: {_some(junk)}"
        yield Flag(kind="ignored-junk", detail=detail, where=shown(junk[0]))
    checkpoints = [name for name in files if names.is_checkpoint(tuple(name.split("/"))) and name not in junk]
    if checkpoints:
        detail = f"holds copies that Jupyter saved by itself: {_some(checkpoints)}; remove {names.CHECKPOINTS}"
        yield Flag(kind="notebook-checkpoints", detail=detail, where=shown(checkpoints[0]))


def _some(listed: Sequence[str]) -> str:
    some = ", ".join(shown(name) for name in listed[:LISTED])
    more = len(listed) - LISTED
    return f"{some} and {more} more" if more > 0 else some


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)
