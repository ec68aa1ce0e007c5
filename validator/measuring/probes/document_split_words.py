"""The words that a page shows, each with its place: where every text operator starts, and how far it reaches.

Places are reckoned here, because pypdf tells them for whole lines; what the bytes say is left to pypdf. Runs in the
child process only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from validator.measuring.probes.document_split_places import IDENTITY, Matrix, matrix_of, times

MOST_SHOWN = 20_000
GAP = 200.0
"""Thousandths of the type size: a larger gap inside one text operator parts two words, or two cells."""
USUAL = 0.5
"""Width of a letter whose font does not say it, in type sizes."""
SLOPE = 0.1
"""How far text may lean from the level and still be read."""


@dataclass(frozen=True, kw_only=True)
class Word:
    """One word: its letters, where it begins and ends, its baseline, the size of its type; in points."""

    text: str
    left: float
    right: float
    baseline: float
    size: float


@dataclass(frozen=True, kw_only=True)
class _Show:
    """One piece of text as the page asks for it."""

    bytes: bytes
    font: str
    matrix: Matrix
    """From type sizes to places as shown."""
    size: float
    width: float
    """In text space, before the matrix."""


@dataclass(kw_only=True)
class Text:
    """The text state that q and Q keep."""

    font: str = ""
    size: float = 0.0
    leading: float = 0.0
    spacing: float = 0.0


class Shown:
    """Follows the text operators of one stream."""

    def __init__(self, resources: Any) -> None:
        self.fonts = _fonts(resources)
        self.shows: list[_Show] = []
        self.line: Matrix = IDENTITY
        self.pen: Matrix = IDENTITY

    def follow(self, operator: bytes, operands: Any, text: Text, matrix: Matrix) -> None:
        """Take one operator in; those that are not about text change nothing."""
        if operator == b"BT":
            self.line = self.pen = IDENTITY
        elif operator == b"Tf":
            text.font, text.size = str(operands[0]), float(operands[1])
        elif operator == b"TL":
            text.leading = float(operands[0])
        elif operator == b"Tc":
            text.spacing = float(operands[0])
        elif operator == b"Tm":
            self.line = self.pen = matrix_of(operands)
        elif operator in (b"Td", b"TD"):
            text.leading = -float(operands[1]) if operator == b"TD" else text.leading
            self._move(float(operands[0]), float(operands[1]))
        elif operator == b"T*":
            self._move(0.0, -text.leading)
        elif operator in (b"Tj", b"TJ", b"'", b'"'):
            if operator in (b"'", b'"'):
                self._move(0.0, -text.leading)
            self._show(operands[-1], text, matrix)

    def _move(self, right: float, up: float) -> None:
        self.line = self.pen = times((1.0, 0.0, 0.0, 1.0, right, up), self.line)

    def _show(self, shown: Any, text: Text, matrix: Matrix) -> None:
        """One show for each piece without a wide gap."""
        piece = b""
        for item in shown if isinstance(shown, list) else [shown]:
            if isinstance(item, (int, float)):
                if -item >= GAP:
                    self._keep(piece, text, matrix)
                    piece = b""
                    self._step(-item / 1000.0 * text.size)
            else:
                piece += _bytes(item)
        self._keep(piece, text, matrix)

    def _keep(self, piece: bytes, text: Text, matrix: Matrix) -> None:
        if not piece:
            return
        if len(self.shows) >= MOST_SHOWN:
            raise ValueError("it shows more text than any form does")
        font = self.fonts.get(text.font, _Font())
        width = font.width(piece) * text.size + text.spacing * len(piece)
        place = times(self.pen, matrix)
        self.shows.append(_Show(bytes=piece, font=text.font, matrix=place, size=text.size, width=width))
        self._step(width)

    def _step(self, width: float) -> None:
        self.pen = times((1.0, 0.0, 0.0, 1.0, width, 0.0), self.pen)


@dataclass(frozen=True, kw_only=True)
class _Font:
    """How wide a font's letters are, in type sizes."""

    first: int = 0
    widths: tuple[float, ...] = ()
    letter_bytes: int = 1

    def width(self, piece: bytes) -> float:
        if self.letter_bytes > 1:
            return USUAL * len(piece) / self.letter_bytes
        return sum(self._of(letter) for letter in piece)

    def _of(self, letter: int) -> float:
        index = letter - self.first
        return self.widths[index] / 1000.0 if 0 <= index < len(self.widths) else USUAL


def words_of(shown: Shown, resources: Any, pdf: Any) -> list[Word]:
    """The words of what was shown, in the order of the stream."""
    if not shown.shows:
        return []
    texts = _decoded(shown.shows, resources, pdf)
    return [word for show, text in zip(shown.shows, texts, strict=True) for word in _words(show, text)]


def _words(show: _Show, text: str) -> Iterator[Word]:
    """The words of one piece of text, each as far along as its letters are."""
    a, b, c, d, e, f = show.matrix
    if a <= 0 or abs(b) > SLOPE * a or not text.strip():
        return
    for found in re.finditer(r"\S+", text):
        start, end = (index / len(text) * show.width * a for index in found.span())
        size = abs(show.size) * math.hypot(c, d)
        yield Word(text=found[0], left=e + start, right=e + end, baseline=f, size=size)


def _decoded(shows: list[_Show], resources: Any, pdf: Any) -> list[str]:
    """What each piece of text says, by pypdf: each stands in a text object of its own on a page made for it."""
    from pypdf import PageObject
    from pypdf.generic import ByteStringObject, ContentStream, NameObject, NumberObject

    stream = ContentStream(None, pdf)
    stream.forced_encoding = "bytes"
    operations: list[tuple[Any, bytes]] = []
    for show in shows:
        operations += [([], b"BT"), ([NameObject(show.font), NumberObject(12)], b"Tf")]
        operations += [([ByteStringObject(show.bytes)], b"Tj"), ([], b"ET")]
    stream.operations = operations
    page = PageObject.create_blank_page(pdf, 612, 792)
    page.update({NameObject("/Resources"): resources, NameObject("/Contents"): stream})
    texts: list[str] = []

    def begin(operator: bytes, _operands: Any, _cm: Any, _tm: Any) -> None:
        if operator == b"BT":
            texts.append("")

    def say(text: str, _cm: Any, _tm: Any, _font: Any, _size: Any) -> None:
        if texts:
            texts[-1] += text

    page.extract_text(visitor_operand_before=begin, visitor_text=say)
    return [*texts, *[""] * len(shows)][: len(shows)]


def _fonts(resources: Any) -> dict[str, _Font]:
    found = resources.get("/Font") if resources else None
    return {str(name): _font(font.get_object()) for name, font in (found.get_object() if found else {}).items()}


def _font(font: Any) -> _Font:
    if font.get("/Subtype") == "/Type0":
        return _Font(letter_bytes=2)
    widths = font.get("/Widths")
    values = tuple(float(width.get_object()) for width in widths.get_object()) if widths else ()
    return _Font(first=int(font.get("/FirstChar", 0)), widths=values)


def _bytes(item: Any) -> bytes:
    """The bytes of a string of the page, however pypdf read it."""
    if isinstance(item, bytes):
        return bytes(item)
    original = getattr(item, "original_bytes", None)
    return bytes(original) if original is not None else str(item).encode("latin-1", "replace")
