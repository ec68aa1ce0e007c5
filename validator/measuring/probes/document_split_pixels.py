"""The child process that renders one page and says in which places something dark stands. Knows no form and no row.

Started by `document_split` inside limits, where pypdfium2 is installed. Prints truth values, keeps no picture.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from validator.measuring.probes.document_split_ink import is_ink
from validator.measuring.probes.document_split_places import Box

SCALE = 2
"""Pixels a point."""
MOST_PIXELS = 40_000_000
DARK = 140
"""Levels of grey below this are ink (0 is black, 255 white)."""


def answers(file: Path, page: str, cells: str) -> Iterator[list[bool]]:
    """The one answer of this reader; `cells` is a list of places as JSON."""
    told: list[dict[str, Any]] = json.loads(cells)
    yield dark_places(file, page=int(page), cells=[Box(**cell) for cell in told])


def dark_places(file: Path, *, page: int, cells: list[Box]) -> list[bool]:
    """For each place on the page (from 1) whether dark pixels as large as a signature stand in it."""
    pdfium: Any = importlib.import_module("pypdfium2")  # an extra that need not be installed
    document = pdfium.PdfDocument(file)
    document.init_forms()
    shown = document[page - 1]
    width, height = shown.get_size()
    if width * height * SCALE * SCALE > MOST_PIXELS:
        raise ValueError("the page is too large to be rendered")
    bitmap = shown.render(scale=SCALE, grayscale=True)
    pixels, stride = bytes(bitmap.buffer), bitmap.stride
    return [_dark(pixels, stride, cell, width=bitmap.width, height=bitmap.height) for cell in cells]


def _dark(pixels: bytes, stride: int, cell: Box, *, width: int, height: int) -> bool:
    left, right = max(0, round(cell.left * SCALE)), min(width, round(cell.right * SCALE))
    top, bottom = max(0, height - round(cell.top * SCALE)), min(height, height - round(cell.bottom * SCALE))
    columns, rows = set(), set()
    for row in range(top, bottom):
        line = pixels[row * stride + left : row * stride + right]
        dark = [column for column, level in enumerate(line) if level < DARK]
        if dark:
            rows.add(row)
            columns |= {dark[0], dark[-1]}
    if not rows:
        return False
    box = Box(left=min(columns) / SCALE, right=max(columns) / SCALE, bottom=min(rows) / SCALE, top=max(rows) / SCALE)
    return is_ink([box])


def main() -> None:
    """`python -m ...document_split_pixels FILE PAGE CELLS`: print a list of truth values as JSON."""
    file, page, cells = sys.argv[1:4]
    for answer in answers(Path(file), page, cells):
        sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
