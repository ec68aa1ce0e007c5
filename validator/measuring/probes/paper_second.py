"""The second reader of PDFs, PDFium: pages, right edge, printed size, hidden text, small pictures of pages.

A program of its own that is started inside limits: some files end this library where the first one goes on. Executes
nothing of the file; the library here is built without JavaScript.
"""

from __future__ import annotations

import base64
import ctypes
import json
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from validator import plain
from validator.evidence import Flag
from validator.measuring.probes.paper_hidden import UNSEEN_MODES, Box, hidden, over_print
from validator.measuring.probes.paper_objects import pictures
from validator.measuring.probes.paper_pages import SCAN_SHARE
from validator.measuring.probes.paper_pictures import Picture, without_furniture
from validator.measuring.probes.paper_printed import Placed, Sheet, body, placed, sheet, upright
from validator.measuring.probes.paper_runs import clear, runs
from validator.measuring.probes.paper_second_answer import COUNTED, DRAWN, LOOKED, Part
from validator.measuring.probes.paper_thumbnails import MOST_PAGES, Drawn, drawn, png

ERRORS = {3: "it is no PDF, or damaged", 4: "a password is needed", 5: "its encryption is unknown"}


def answers(file: Path, last: str) -> Iterator[object]:
    """The parts as plain JSON values; `last` is the last page with body text, 0 where that is not known."""
    for part in _parts(file, last=int(last)):
        yield plain.to_plain(part)


def _parts(file: Path, *, last: int) -> Iterator[Part]:
    from pypdfium2 import raw

    document = raw.FPDF_LoadDocument(str(file).encode(), None)
    if not document:
        yield Part(kind=COUNTED, why=ERRORS.get(raw.FPDF_GetLastError(), "it cannot be opened"))
        return
    total = raw.FPDF_GetPageCount(document)
    unopened = next((number for number in range(1, total + 1) if not _opens(raw, document, number)), None)
    if total < 1 or unopened is not None:
        yield Part(kind=COUNTED, why=f"page {unopened} of {total} cannot be opened" if total else "it has no pages")
        return
    yield Part(kind=COUNTED, pages=total)
    yield _looked(raw, document, total, last=last or total)
    for number in range(1, min(total, MOST_PAGES) + 1):
        page = raw.FPDF_LoadPage(document, number - 1)
        picture = drawn(raw, page)
        packed = png(picture) if picture else b""
        raw.FPDF_ClosePage(page)
        if packed:
            yield Part(kind=DRAWN, page=number, png=base64.b64encode(packed).decode("ascii"))


def _opens(raw: Any, document: Any, number: int) -> bool:
    page = raw.FPDF_LoadPage(document, number - 1)
    if page:
        raw.FPDF_ClosePage(page)
    return bool(page)


def _looked(raw: Any, document: Any, total: int, *, last: int) -> Part:
    """What the text of all pages says together; of the body, from the pages up to `last` only."""
    pages: list[Placed] = []
    flags: list[Flag] = []
    sheets: list[Sheet] = []
    pictured: list[list[Picture]] = []
    recognised: list[int] = []
    count = 0
    for number in range(1, total + 1):
        page = raw.FPDF_LoadPage(document, number - 1)
        found = list(runs(raw, page))
        sheets.append(sheet(raw, page))
        whole = _whole(sheets[-1])
        shown = pictures(raw, page, found, sheet=whole)
        scans = [one for one in shown if not one.drawn and one.area > SCAN_SHARE * whole.area]
        ground = _Ground(raw, page)
        layer = over_print(found, is_inked=ground.is_inked) if scans else []
        if layer:
            recognised.append(number)
        pictured.append([one for one in shown if not layer or one not in scans])
        apart = set(map(id, layer))
        rest = [one for one in found if id(one) not in apart]
        for some, flag in hidden(rest, page=number, visible=_visible(raw, page), is_dark=ground.is_dark):
            count += some
            flags.append(flag)
        if number <= last:
            pages.append(placed([one for one in found if one.manner.mode not in UNSEEN_MODES], sheets[-1]))
        raw.FPDF_ClosePage(page)
    widths = [one.width for one in sheets]
    pages = upright(pages)
    return Part(
        kind=LOOKED,
        unit_width=max(set(widths), key=widths.count),
        readings=body(
            [page.lines for page in pages],
            [row for page in pages for row in page.ends],
            [one.height for one in sheets],
        ),
        hidden=count,
        flags=tuple(flags),
        recognised=tuple(recognised),
        pictured=tuple(number for number, some in enumerate(without_furniture(pictured, body=last - 1), 1) if some),
    )


def _whole(on: Sheet) -> Picture:
    return Picture(left=on.left, bottom=on.bottom, right=on.left + on.width, top=on.bottom + on.height)


class _Ground:
    """What text stands on: the page drawn without it, and only when it is asked for."""

    def __init__(self, raw: Any, page: Any) -> None:
        self._raw, self._page = raw, page

    @cached_property
    def _picture(self) -> Drawn | None:
        clear(self._raw, self._page)
        return drawn(self._raw, self._page)

    def is_dark(self, box: Box) -> bool:
        picture = self._picture
        return picture is not None and picture.is_dark(_on_picture(self._raw, self._page, picture, box))

    def is_inked(self, box: Box) -> bool:
        picture = self._picture
        return picture is not None and picture.is_inked(_on_picture(self._raw, self._page, picture, box))


def _visible(raw: Any, page: Any) -> tuple[float, float, float, float]:
    """The part of the sheet that is shown: left, bottom, right, top."""
    box = raw.FS_RECTF()
    if not raw.FPDF_GetPageBoundingBox(page, box):
        return 0.0, 0.0, 1e6, 1e6
    return box.left, min(box.bottom, box.top), box.right, max(box.bottom, box.top)


def _on_picture(raw: Any, page: Any, picture: Drawn, box: Box) -> tuple[int, int, int, int]:
    """A box of the page in pixels of its picture, turned as the page is."""
    corners = []
    for x, y in ((box[0], box[1]), (box[2], box[3])):
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page, 0, 0, picture.width, picture.height, 0, x, y, across, down)
        corners.append((across.value, down.value))
    (first, upper), (second, lower) = corners
    return min(first, second), min(upper, lower), max(first, second), max(upper, lower)


def main() -> None:
    """`python -m ...paper_second FILE LAST`: print the parts, one JSON line each."""
    file, last = sys.argv[1:3]
    for part in answers(Path(file), last):
        sys.stdout.write(json.dumps(part, allow_nan=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
