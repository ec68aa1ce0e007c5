"""Small pictures of pages: drawn by PDFium, packed as PNG with the standard library. In the second reader's child only.

`raw` is `pypdfium2.raw`.
"""

from __future__ import annotations

import ctypes
import struct
import zlib
from dataclasses import dataclass
from typing import Any

WIDTH = 420
"""Pixels; type of 10 points is just legible."""
MOST_HEIGHT = 1_200
MOST_PAGES = 12
MOST_BYTES = 250_000
SIGNATURE = b"\x89PNG\r\n\x1a\n"
INKED = 30
"""Of 255: pale print on a page that was scanned small."""
DARK = 200
"""Of 255: mean of the colours of a pixel below which it is a ground that white letters are read on."""


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One page as pixels: rows of red, green and blue, from the top."""

    width: int
    height: int
    rows: bytes

    def is_dark(self, box: tuple[int, int, int, int]) -> bool:
        """Whether most pixels of the box (left, top, right, bottom; at least one) are dark."""
        shades = self._shades(box)
        return 2 * sum(shade < 3 * DARK for shade in shades) > len(shades)

    def is_inked(self, box: tuple[int, int, int, int]) -> bool:
        """Whether pixels of the box differ as letters differ from their ground."""
        shades = self._shades(box)
        return max(shades) - min(shades) > 3 * INKED

    def _shades(self, box: tuple[int, int, int, int]) -> list[int]:
        """Red, green and blue of each pixel, added up."""
        left, top = (
            min(max(value, 0), most - 1) for value, most in zip(box[:2], (self.width, self.height), strict=True)
        )
        right, bottom = min(max(box[2], left + 1), self.width), min(max(box[3], top + 1), self.height)
        shades: list[int] = []
        for row in range(top, bottom):
            start = 3 * (row * self.width + left)
            pixels = self.rows[start : start + 3 * (right - left)]
            shades += map(sum, zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True))
        return shades


def drawn(raw: Any, page: Any) -> Drawn | None:
    """The page with its annotations; None where there is no room for it."""
    across, up = raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)
    if not 0 < across < 1e6 or not 0 < up < 1e6:
        return None
    width, height = WIDTH, min(max(round(WIDTH * up / across), 1), MOST_HEIGHT)
    bitmap = raw.FPDFBitmap_CreateEx(width, height, raw.FPDFBitmap_BGR, None, 0)
    if not bitmap:
        return None
    try:
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        flags = raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER
        raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
        stride = raw.FPDFBitmap_GetStride(bitmap)
        packed = ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), stride * height)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    rows = b"".join(packed[stride * row : stride * row + 3 * width] for row in range(height))
    return Drawn(width=width, height=height, rows=rows)


def png(picture: Drawn) -> bytes:
    """The picture as a PNG; in grey where it has no colours or they take too much room, nothing where grey does too."""
    red, green, blue = (picture.rows[place::3] for place in range(3))
    if not red == green == blue:
        coloured = _png(picture.width, picture.height, picture.rows, channels=3)
        if len(coloured) <= MOST_BYTES:
            return coloured
    grey = _png(picture.width, picture.height, green, channels=1)
    return grey if len(grey) <= MOST_BYTES else b""


def _png(width: int, height: int, pixels: bytes, *, channels: int) -> bytes:
    """Rows are stored as they are: of pages of text, differences of rows pack worse."""
    wide = channels * width
    rows = b"".join(b"\0" + pixels[wide * row : wide * (row + 1)] for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2 if channels == 3 else 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
