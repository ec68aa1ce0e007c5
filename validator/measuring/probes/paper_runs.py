"""The text of one page as PDFium places it: boxes, printed sizes, colours, manners. All calls on text are here.

In the child process of the second reader only. `raw` is `pypdfium2.raw`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import hypot
from typing import Any

from validator.measuring.probes.paper_lines import characters

MOST_CHARACTERS = 30_000
"""Of one page; a page of text has some thousands."""
UPHILL = 0.02


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How the characters of one text object are drawn."""

    size: float
    """As printed, in units of the page."""
    direction: int | None
    """Degrees by which its line is turned to the left: 0, 90, 180, 270; None for any other."""
    mode: int
    """3 is invisible, 7 only clips what comes after it."""
    fill: tuple[int, int, int, int] | None
    """Red, green, blue and opacity, 0..255."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """Characters that are drawn together, on one line in one manner; their box in units of the page."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    baseline: float
    origin: float
    """Where it begins, on its baseline."""
    manner: Manner

    @cached_property
    def characters(self) -> int:
        """Without blanks."""
        return characters(self.text)


def runs(raw: Any, page: Any) -> Iterator[Run]:
    """All text of a page, in the order in which it is drawn; characters that the reader invents are left out."""
    text_page = raw.FPDFText_LoadPage(page)
    if not text_page:
        return
    try:
        started, letters, owner = 0, "", None
        for place in range(min(raw.FPDFText_CountChars(text_page), MOST_CHARACTERS)):
            written = raw.FPDFText_GetTextObject(text_page, place)
            key = ctypes.addressof(written.contents) if written else None
            if key is None:  # nobody drew it: a blank or a line's end between two texts
                continue
            if key != owner:
                yield from _run(raw, text_page, started, letters)
                started, letters, owner = place, "", key
            letters += _letter(raw.FPDFText_GetUnicode(text_page, place))
        yield from _run(raw, text_page, started, letters)
    finally:
        raw.FPDFText_ClosePage(text_page)


def clear(raw: Any, page: Any) -> None:
    """Make all text of a loaded page transparent, so that drawing it shows what the text stands on."""
    text_page = raw.FPDFText_LoadPage(page)
    if not text_page:
        return
    try:
        for place in range(min(raw.FPDFText_CountChars(text_page), MOST_CHARACTERS)):
            written = raw.FPDFText_GetTextObject(text_page, place)
            if written:
                raw.FPDFPageObj_SetFillColor(written, 0, 0, 0, 0)
                raw.FPDFPageObj_SetStrokeColor(written, 0, 0, 0, 0)
    finally:
        raw.FPDFText_ClosePage(text_page)


def _run(raw: Any, text_page: Any, started: int, letters: str) -> Iterator[Run]:
    """The run of these letters, by the boxes of its first and its last; nothing of blanks alone."""
    seen = [place for place, letter in enumerate(letters) if not letter.isspace()]
    if not seen:
        return
    first, last = started + seen[0], started + seen[-1]
    boxes = [_box(raw, text_page, place) for place in (first, last)]
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text_page, first, x, y)
    yield Run(
        text=letters,
        left=min(box[0] for box in boxes),
        bottom=min(box[1] for box in boxes),
        right=max(box[2] for box in boxes),
        top=max(box[3] for box in boxes),
        baseline=y.value,
        origin=x.value,
        manner=_manner(raw, text_page, first),
    )


def _box(raw: Any, text_page: Any, place: int) -> tuple[float, float, float, float]:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(text_page, place, left, right, bottom, top)
    return left.value, bottom.value, right.value, top.value


def _letter(code: int) -> str:
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _manner(raw: Any, text_page: Any, place: int) -> Manner:
    written = raw.FPDFText_GetTextObject(text_page, place)
    matrix = raw.FS_MATRIX()
    known = raw.FPDFText_GetMatrix(text_page, place, matrix)
    scale = hypot(matrix.c, matrix.d) if known else 1.0
    return Manner(
        size=raw.FPDFText_GetFontSize(text_page, place) * scale,
        direction=_direction(matrix.a, matrix.b) if known else 0,
        mode=raw.FPDFTextObj_GetTextRenderMode(written) if written else -1,
        fill=_fill(raw, text_page, place),
    )


def _direction(across: float, up: float) -> int | None:
    if abs(up) <= UPHILL * abs(across):
        return 0 if across > 0 else 180
    if abs(across) <= UPHILL * abs(up):
        return 90 if up > 0 else 270
    return None


def _fill(raw: Any, text_page: Any, place: int) -> tuple[int, int, int, int] | None:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFText_GetFillColor(text_page, place, red, green, blue, alpha):
        return None
    return red.value, green.value, blue.value, alpha.value
