"""The boxes of an ISO base media file (ISO/IEC 14496-12), one level at a time. Reads headers, decodes nothing.

Every size is a stranger's word: it is held against what is left of the file, and all boxes together against a budget.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MOST_BOXES = 20_000
"""Boxes looked at in one file. A recording of minutes has some hundreds; one cut into fragments a few thousand."""
PAYLOAD_BYTES = 1024 * 1024
"""Of one box no more than this is read; the tables that are asked for are far smaller."""


class BoxProblem(Exception):
    """Why the boxes cannot be read: a kind in dashes and the words."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind, self.detail = kind, detail


@dataclass(frozen=True, kw_only=True)
class Box:
    """One box: its four letters and where its payload lies."""

    kind: str
    start: int
    """Of the payload, in bytes from the start of the file."""
    end: int


class Boxes:
    """Walks the boxes of one open file within the budget."""

    def __init__(self, file: BinaryIO, *, size_bytes: int) -> None:
        self._file, self._size_bytes, self._left = file, size_bytes, MOST_BOXES

    def top(self) -> Iterator[Box]:
        """The outermost boxes."""
        return self._between(0, self._size_bytes, outermost=True)

    def inside(self, box: Box, *, skip: int = 0) -> Iterator[Box]:
        """The boxes in this one; `skip` bytes stand before them."""
        return self._between(box.start + skip, box.end, outermost=False)

    def payload(self, box: Box, *, most: int = PAYLOAD_BYTES) -> bytes:
        """The first bytes of what it holds."""
        self._file.seek(box.start)
        return self._file.read(min(box.end - box.start, most))

    def _between(self, start: int, end: int, *, outermost: bool) -> Iterator[Box]:
        while end - start >= 8:
            self._left -= 1
            if self._left < 0:
                raise BoxProblem("video-too-many-boxes", f"more than {MOST_BOXES:,} boxes; not looked at further")
            box = self._box_at(start, end, outermost=outermost)
            yield box
            start = box.end

    def _box_at(self, start: int, end: int, *, outermost: bool) -> Box:
        self._file.seek(start)
        head = self._file.read(16)
        size, letters = int.from_bytes(head[:4]), head[4:8]
        if not letters.isascii() or not letters.decode("ascii").isprintable():
            raise BoxProblem("video-damaged", f"at byte {start:,} no box begins")
        kind, header = letters.decode("ascii"), 8
        if size == 1:
            size, header = int.from_bytes(head[8:16]) if len(head) == 16 else 0, 16
        elif size == 0 and outermost:
            size = end - start
        if size < header:
            raise BoxProblem("video-damaged", f"the box {kind!r} at byte {start:,} says it has {size:,} bytes")
        if start + size > end:
            lacking = start + size - end
            where = "the file" if outermost else "the box around it"
            kind_of_problem = "video-truncated" if outermost else "video-damaged"
            raise BoxProblem(kind_of_problem, f"{where} ends {lacking:,} bytes before its box {kind!r} does")
        return Box(kind=kind, start=start + header, end=start + size)
