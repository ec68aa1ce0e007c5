"""The characters of one page as PDFium places them: box, printed size, colour, manner. All calls on text are here.

In the child process of the second reader only. `raw` is `pypdfium2.raw`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from math import hypot
from typing import Any

MOST_CHARACTERS = 30_000
"""Of one page; a page of text has some thousands."""
UPHILL = 0.02


@dataclass(frozen=True, kw_only=True)
class Character:
    """One character; its box in units of the page, its size as printed, its fill 0..255."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    baseline: float
    size: float
    origin: float
    """Where it begins, on its baseline."""
    direction: int | None
    """Degrees by which its line is turned to the left: 0, 90, 180, 270; None for any other."""
    mode: int
    """How it is drawn: 3 is invisible, 7 only clips what comes after it."""
    fill: tuple[int, int, int, int] | None

    @property
    def is_blank(self) -> bool:
        """Whether nothing of it is printed anyhow."""
        return not self.text.strip()


def characters(raw: Any, page: Any) -> Iterator[Character]:
    """Every character of a page, in the order in which it is drawn; those that the reader invents are left out."""
    text_page = raw.FPDFText_LoadPage(page)
    if not text_page:
        return
    try:
        for place in range(min(raw.FPDFText_CountChars(text_page), MOST_CHARACTERS)):
            if raw.FPDFText_IsGenerated(text_page, place) != 1:
                yield _character(raw, text_page, place)
    finally:
        raw.FPDFText_ClosePage(text_page)


def _character(raw: Any, text_page: Any, place: int) -> Character:
    left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
    raw.FPDFText_GetCharBox(text_page, place, left, right, bottom, top)
    raw.FPDFText_GetCharOrigin(text_page, place, x, y)
    matrix = raw.FS_MATRIX()
    known = raw.FPDFText_GetMatrix(text_page, place, matrix)
    scale = hypot(matrix.c, matrix.d) if known else 1.0
    written = raw.FPDFText_GetTextObject(text_page, place)
    code = raw.FPDFText_GetUnicode(text_page, place)
    return Character(
        text=chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd",
        left=left.value,
        bottom=bottom.value,
        right=right.value,
        top=top.value,
        baseline=y.value,
        size=raw.FPDFText_GetFontSize(text_page, place) * scale,
        origin=x.value,
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
