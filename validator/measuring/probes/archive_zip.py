"""What a zip would unpack to, once every safety rule holds for every entry. Writes nothing.

The table of contents is judged whole before the first byte is inflated; then bytes are counted as they come.
"""

from __future__ import annotations

import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from validator.measuring.probes import archive_names as names
from validator.measuring.probes.archive_directory import (
    Directory,
    Member,
    check_header_agrees,
    damaged,
    data_start,
    read_directory,
)
from validator.measuring.probes.archive_refusal import Refusal, shown, size_in_words
from validator.plan import MIB, ArchiveLimits

CHUNK_BYTES = 64 * 1024
INNOCENT_TOTAL_BYTES = 32 * MIB
"""So much may come out of any archive: below it a bomb of many small files is not worth the name."""
STORED, DEFLATED, AES = 0, 8, 99
_ENCRYPTED_BITS = 1 | 1 << 6 | 1 << 13
"""Traditional encryption, strong encryption, and an encrypted table of contents."""


@dataclass(frozen=True, kw_only=True)
class ZipEntry:
    """One entry under its checked name; `start` is where its packed bytes begin."""

    parts: names.Parts
    member: Member
    start: int


def entries(file: BinaryIO, *, size_bytes: int, limits: ArchiveLimits) -> tuple[ZipEntry, ...]:
    """All entries of a zip in its order, clutter too. Raises Refusal when any of them breaks a rule."""
    if size_bytes > limits.archive_bytes:
        raise too_large("the archive has", size_bytes, allowed_bytes=limits.archive_bytes)
    directory = read_directory(file, size_bytes=size_bytes, limits=limits)
    parts = [names.parts_of(member.name) for member in directory.members]
    for member in directory.members:
        _check_type(member)
        _check_readable(member)
    starts = [data_start(file, member) for member in directory.members]
    found = tuple(
        ZipEntry(parts=path, member=member, start=start)
        for path, member, start in zip(parts, directory.members, starts, strict=True)
    )
    _check_overlap(found, directory)
    _check_sizes(directory, limits=limits)
    for member in directory.members:
        check_header_agrees(file, member)
    return found


def chunks(file: BinaryIO, entry: ZipEntry) -> Iterator[bytes]:
    """The bytes of one entry. Raises Refusal as soon as they contradict what the archive says of them."""
    member = entry.member
    packed = _packed(file, entry)
    unpacked_bytes, crc32 = 0, 0
    for chunk in packed if member.method == STORED else _inflated(packed, name=member.name):
        unpacked_bytes += len(chunk)
        if unpacked_bytes > member.unpacked_bytes:
            raise damaged("an entry is larger than it says", where=member.name)
        crc32 = zlib.crc32(chunk, crc32)
        yield chunk
    if unpacked_bytes != member.unpacked_bytes:
        raise damaged("an entry is smaller than it says", where=member.name)
    if crc32 != member.crc32:
        raise damaged("the bytes of an entry do not match their checksum", where=member.name)


def too_large(what: str, size_bytes: int, *, allowed_bytes: int, where: str = "") -> Refusal:
    """The refusal of something that is honestly too large."""
    return Refusal(
        "archive-too-large",
        f"{what} {size_in_words(size_bytes)}, {size_in_words(allowed_bytes)} allowed",
        fix="hand in only the files you were asked for, without data, images or weights",
        where=where,
    )


def _packed(file: BinaryIO, entry: ZipEntry) -> Iterator[bytes]:
    left_bytes, at = entry.member.packed_bytes, entry.start
    while left_bytes:
        file.seek(at)
        piece = file.read(min(CHUNK_BYTES, left_bytes))
        if not piece:
            raise damaged("an entry is cut off", where=entry.member.name)
        yield piece
        left_bytes -= len(piece)
        at += len(piece)


def _inflated(packed: Iterator[bytes], *, name: str) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in packed:
            waiting = piece
            while waiting and not inflater.eof:
                yield inflater.decompress(waiting, CHUNK_BYTES)
                waiting = inflater.unconsumed_tail
        # All input is consumed by now: what is left inside is a few symbols, not a bomb.
        yield inflater.flush()
    except zlib.error as error:
        raise damaged("the compressed bytes of an entry make no sense", where=name) from error
    if not inflater.eof:
        raise damaged("the compressed bytes of an entry end too early", where=name)


def _check_type(member: Member) -> None:
    kind = stat.S_IFMT(member.mode)
    if kind == stat.S_IFLNK:
        raise Refusal(
            "archive-symlink",
            f"{shown(member.name)!r} is a symbolic link; only files and folders are unpacked",
            fix="put the file itself in the archive",
            where=member.name,
        )
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refusal(
            "archive-special-file",
            f"{shown(member.name)!r} is a device, pipe or socket; only files and folders are unpacked",
            fix="remove it from the archive",
            where=member.name,
        )
    if member.is_folder and member.unpacked_bytes:
        raise damaged("a folder says it has contents of its own", where=member.name)


def _check_readable(member: Member) -> None:
    if member.flag_bits & _ENCRYPTED_BITS or member.method == AES:
        raise Refusal(
            "archive-encrypted",
            f"{shown(member.name)!r} is encrypted; nobody here has its password",
            fix="zip the files again without a password",
            where=member.name,
        )
    if member.method not in (STORED, DEFLATED):
        raise Refusal(
            "archive-compression",
            f"{shown(member.name)!r} is compressed by method {member.method}; only stored and deflate are read",
            fix="zip the files again with your system's own zip tool",
            where=member.name,
        )


def _check_overlap(found: tuple[ZipEntry, ...], directory: Directory) -> None:
    """Fifield (2019), "A better zip bomb": overlapping entries inflate the same bytes many times over."""
    ordered = sorted(found, key=lambda entry: entry.member.header_offset)
    ends = [entry.member.header_offset for entry in ordered[1:]] + [directory.start]
    for entry, end in zip(ordered, ends, strict=True):
        if entry.start + entry.member.packed_bytes > end:
            raise Refusal(
                "archive-overlap",
                f"the bytes of {shown(entry.member.name)!r} overlap the next entry; every byte may belong to one",
                fix="zip the files again with your system's own zip tool",
                where=entry.member.name,
            )


def _check_sizes(directory: Directory, *, limits: ArchiveLimits) -> None:
    for member in directory.members:
        if member.unpacked_bytes > max(MIB, limits.ratio * member.packed_bytes):
            what = repr(shown(member.name))
            raise _bomb(what, member.packed_bytes, member.unpacked_bytes, limits=limits, where=member.name)
        if member.unpacked_bytes > limits.file_bytes:
            what = f"{shown(member.name)!r} has"
            raise too_large(what, member.unpacked_bytes, allowed_bytes=limits.file_bytes, where=member.name)
    total_bytes = sum(member.unpacked_bytes for member in directory.members)
    packed_bytes = sum(member.packed_bytes for member in directory.members)
    if total_bytes > max(INNOCENT_TOTAL_BYTES, limits.ratio * packed_bytes):
        raise _bomb("the archive", packed_bytes, total_bytes, limits=limits)
    if total_bytes > limits.unpacked_bytes:
        raise too_large("unpacked, the archive has", total_bytes, allowed_bytes=limits.unpacked_bytes)


def _bomb(what: str, packed_bytes: int, unpacked_bytes: int, *, limits: ArchiveLimits, where: str = "") -> Refusal:
    return Refusal(
        "archive-bomb",
        f"{what} unpacks from {size_in_words(packed_bytes)} to {size_in_words(unpacked_bytes)}, "
        f"{limits.ratio} times its size is allowed",
        fix="remove the file; if it is truly yours, clear the outputs of the notebook and zip again",
        where=where,
    )
