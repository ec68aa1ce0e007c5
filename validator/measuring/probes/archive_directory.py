"""The table of contents of a zip, read by hand: the interpreter's reader builds endless lists and trusts them.

Knows the zip format (PKWARE APPNOTE 6.3, sections 4.3.7 to 4.3.16); inflates nothing and writes nothing.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

from validator.measuring.probes.archive_refusal import Refusal, size_in_words
from validator.plan import ArchiveLimits

_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s4B4HL2L5H2L")
_LOCAL = struct.Struct("<4s2B4HL2L2H")
_LONGEST_COMMENT = 0xFFFF
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_DIRECTORY_BYTES_PER_ENTRY = 1024
"""Generous for a name, its extra fields and its comment; bounds the list when the stated count lies."""
_UTF8 = 1 << 11
_LIKE = {
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"\x1f\x8b": "a gzip (tar.gz) archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zX": "an xz archive",
    b"%PDF": "a PDF",
    b"<!DO": "a web page",
    b"<htm": "a web page",
}

REUPLOAD = "zip your files again, check that the zip opens, and upload that"


@dataclass(frozen=True, kw_only=True)
class Member:
    """One entry as the table of contents has it; nothing of it is believed yet."""

    name: str
    raw_name: bytes
    flag_bits: int
    method: int
    crc32: int
    packed_bytes: int
    unpacked_bytes: int
    header_offset: int
    mode: int
    """Unix file type and permissions, 0 when the maker did not say."""

    @property
    def is_folder(self) -> bool:
        """A name that ends in a separator is a folder."""
        return self.name.endswith(("/", "\\"))


@dataclass(frozen=True, kw_only=True)
class Directory:
    """All entries, and where in the file the table itself starts."""

    members: tuple[Member, ...]
    start: int


@dataclass(frozen=True, kw_only=True)
class _End:
    count: int
    directory_bytes: int
    stated_offset: int
    position: int
    """Where the record itself starts, which is where the table of contents ends."""


def read_directory(file: BinaryIO, *, size_bytes: int, limits: ArchiveLimits) -> Directory:
    """The table of contents of a zip. Raises Refusal when it is none, damaged, empty or too long."""
    end = _end_record(file, size_bytes=size_bytes)
    room_bytes = (limits.entries + 1) * _DIRECTORY_BYTES_PER_ENTRY
    if end.count > limits.entries or end.directory_bytes > room_bytes:
        raise Refusal(
            "archive-too-many-entries",
            f"the archive lists {end.count:,} entries in a table of {size_in_words(end.directory_bytes)}, "
            f"{limits.entries:,} entries allowed",
            fix="zip only the files you were asked for",
        )
    if end.count == 0 and end.directory_bytes == 0:
        raise Refusal("archive-empty", "the archive holds no files", fix=REUPLOAD)
    start = end.position - end.directory_bytes
    shift = start - end.stated_offset
    if shift < 0:
        raise damaged("its table of contents is not where its last record says")
    file.seek(start)
    members = _members(file.read(end.directory_bytes), shift=shift)
    if len(members) != end.count:
        raise damaged(f"it says it holds {end.count:,} entries and lists {len(members):,}")
    return Directory(members=members, start=start)


def data_start(file: BinaryIO, member: Member) -> int:
    """Where the bytes of a member start. Raises Refusal when its own header is not there."""
    file.seek(member.header_offset)
    header = file.read(_LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
        raise damaged("an entry is not where the table of contents says", where=member.name)
    name_bytes, extra_bytes = _LOCAL.unpack(header)[-2:]
    return member.header_offset + _LOCAL.size + int(name_bytes) + int(extra_bytes)


def check_header_agrees(file: BinaryIO, member: Member) -> None:
    """Raise Refusal when a member's own header contradicts the table of contents: tools would read two archives."""
    file.seek(member.header_offset)
    fields = _LOCAL.unpack(file.read(_LOCAL.size))
    flag_bits, method, name_bytes = fields[3], fields[4], fields[10]
    same_name = file.read(name_bytes) == member.raw_name
    if not same_name or method != member.method or (flag_bits ^ member.flag_bits) & 1:
        raise damaged("an entry calls itself something else than the table of contents does", where=member.name)


def damaged(what: str, *, where: str = "") -> Refusal:
    """The refusal of an archive that is torn or lies about itself."""
    return Refusal("archive-damaged", f"the archive is damaged: {what}", fix=REUPLOAD, where=where)


def _end_record(file: BinaryIO, *, size_bytes: int) -> _End:
    tail_bytes = min(size_bytes, _LONGEST_COMMENT + _END.size)
    file.seek(size_bytes - tail_bytes)
    tail = file.read(tail_bytes)
    found = tail.rfind(b"PK\x05\x06")
    if found < 0 or len(tail) - found < _END.size:
        raise _no_zip(file)
    _, disk, first_disk, _, count, directory_bytes, offset, _ = _END.unpack_from(tail, found)
    if (disk, first_disk) not in ((0, 0), (_FULL16, _FULL16)):
        raise damaged("it is one part of a split archive, the other parts are missing")
    position = size_bytes - tail_bytes + found
    end = _End(count=count, directory_bytes=directory_bytes, stated_offset=offset, position=position)
    # Info-ZIP writes the larger record for what it reads from a pipe, though all numbers fit the smaller one.
    end = _end64(file, end) or end
    if end.directory_bytes > end.position:
        raise damaged("its table of contents is cut off")
    return end


def _end64(file: BinaryIO, end: _End) -> _End | None:
    """The record of the larger format, which stands just before its locator; None when there is none."""
    locator_at = end.position - _END64_LOCATOR.size
    record_at = locator_at - _END64.size
    if record_at < 0:
        return None
    file.seek(record_at)
    block = file.read(_END64.size + _END64_LOCATOR.size)
    if not block.startswith(b"PK\x06\x06") or block[_END64.size :][:4] != b"PK\x06\x07":
        return None
    fields = _END64.unpack_from(block)
    return _End(count=fields[7], directory_bytes=fields[8], stated_offset=fields[9], position=record_at)


def _no_zip(file: BinaryIO) -> Refusal:
    file.seek(0)
    head = file.read(8)
    if head.startswith(b"PK\x03\x04"):
        return damaged("its end is missing, so the upload or download stopped early")
    if not head:
        return Refusal("archive-empty", "the file is empty (0 bytes)", fix=REUPLOAD)
    like = next((name for start, name in _LIKE.items() if head[:4].lower().startswith(start.lower())), "")
    what = f"the file is not a zip; it looks like {like}" if like else "the file is not a zip, whatever its name says"
    return Refusal("not-an-archive", what, fix="make a .zip of your files and upload that")


def _members(table: bytes, *, shift: int) -> tuple[Member, ...]:
    members = []
    at = 0
    while at < len(table):
        if len(table) - at < _CENTRAL.size or table[at : at + 4] != b"PK\x01\x02":
            raise damaged("its table of contents is torn")
        fields = _CENTRAL.unpack_from(table, at)
        name_bytes, extra_bytes, comment_bytes = fields[12:15]
        name_end = at + _CENTRAL.size + name_bytes
        raw_name, extra = table[at + _CENTRAL.size : name_end], table[name_end : name_end + extra_bytes]
        at = name_end + extra_bytes + comment_bytes
        if at > len(table):
            raise damaged("its table of contents is torn")
        members.append(_member(fields, raw_name=raw_name, extra=extra, shift=shift))
    return tuple(members)


def _member(fields: tuple[int, ...], *, raw_name: bytes, extra: bytes, shift: int) -> Member:
    flag_bits, method = fields[5:7]
    name = _decoded(raw_name, says_utf8=bool(flag_bits & _UTF8))
    sizes = _large_numbers((fields[11], fields[10], fields[18]), extra)
    return Member(
        name=name,
        raw_name=raw_name,
        flag_bits=flag_bits,
        method=method,
        crc32=fields[9],
        packed_bytes=sizes[1],
        unpacked_bytes=sizes[0],
        header_offset=sizes[2] + shift,
        mode=fields[17] >> 16,
    )


def _decoded(raw_name: bytes, *, says_utf8: bool) -> str:
    """Names are UTF-8 or code page 437; macOS writes UTF-8 without saying so, hence the first try."""
    try:
        return raw_name.decode("utf-8")
    except UnicodeDecodeError as error:
        if not says_utf8:
            return raw_name.decode("cp437")
        name = raw_name.decode("utf-8", errors="backslashreplace")
        raise Refusal(
            "archive-name",
            f"a name says it is UTF-8 and is not ({error.reason})",
            fix="rename the file with plain letters and zip the folder again",
            where=name,
        ) from error


def _large_numbers(numbers: tuple[int, int, int], extra: bytes) -> tuple[int, int, int]:
    """Unpacked size, packed size and offset, the ones that did not fit in 32 bits taken from extra field 1."""
    if _FULL32 not in numbers:
        return numbers
    at = 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<2H", extra, at)
        if tag == 1:
            wide = iter(struct.unpack_from(f"<{length // 8}Q", extra[at + 4 : at + 4 + length].ljust(length, b"\0")))
            first, second, third = (next(wide, number) if number == _FULL32 else number for number in numbers)
            return first, second, third
        at += 4 + length
    return numbers
