"""A small text file as text, whatever its bytes are, or why it is none. Knows nothing of what its lines mean."""

from __future__ import annotations

import codecs
import stat
from dataclasses import dataclass
from pathlib import Path

from validator.evidence import Flag
from validator.plan import MIB

MOST_BYTES = MIB // 4

STARTS = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a Word document or a zip"),
    (b"{\\rtf", "a rich text file"),
    (b"\xd0\xcf\x11\xe0", "an old Word document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"bplist", "a property list"),
)
"""First bytes of what is handed in as text and is none."""

STARTS_OF_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks and what they promise."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """The text, and what was unusual about its bytes."""

    text: str
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Unread:
    """Why there is no text."""

    flag: Flag


def text_of(file: Path, *, most_bytes: int = MOST_BYTES) -> Text | Unread:
    """The text of a file: UTF-8, UTF-16 with its mark, or Western single bytes. Never raises over its content."""
    try:
        with file.open("rb") as stream:
            if not stat.S_ISREG(file.stat().st_mode):
                return _unread("not-text", "it is not a regular file")
            raw = stream.read(most_bytes + 1)
    except OSError as error:
        return _unread("not-text", f"it cannot be opened ({error.strerror})")
    if len(raw) > most_bytes:
        return _unread("too-large", f"more than {most_bytes // 1024} KiB, which no such list has")
    if not raw.strip(b"\0 \t\r\n"):
        return _unread("empty-file", "it is empty")
    looks = next((kind for start, kind in STARTS if raw.startswith(start)), "")
    if looks:
        return _unread("not-text", f"it is {looks}, not plain text")
    return _decoded(raw)


def _decoded(raw: bytes) -> Text | Unread:
    for mark, encoding in STARTS_OF_ENCODINGS:
        if raw.startswith(mark):
            try:
                text = raw.decode("utf-8-sig" if encoding == "utf-8" else encoding)
            except UnicodeDecodeError:
                return _unread("not-text", f"it starts like {encoding.upper()} and is not")
            return Text(text=text, flags=(_unusual(f"{encoding.upper()} with a byte order mark"),))
    if b"\0" in raw:
        return _unread("not-text", "it holds zero bytes, as no plain text does")
    try:
        return Text(text=raw.decode("utf-8"))
    except UnicodeDecodeError:
        return Text(text=raw.decode("cp1252", "replace"), flags=(_unusual("not UTF-8; read as Windows-1252"),))


def _unusual(detail: str) -> Flag:
    return Flag(kind="unusual-encoding", detail=detail)


def _unread(kind: str, detail: str) -> Unread:
    return Unread(flag=Flag(kind=kind, detail=detail))
