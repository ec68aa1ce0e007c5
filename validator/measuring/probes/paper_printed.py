"""Lines of a page from its characters as they are printed, and where the body stands by them. The second reader's.

Characters in, readings out; `raw` is `pypdfium2.raw`. Lengths are in units of the page.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from validator.evidence import Reading
from validator.measuring.probes.paper_characters import Character
from validator.measuring.probes.paper_densest import densest
from validator.measuring.probes.paper_geometry import (
    EDGE_WIDTH,
    FEWEST_LINES,
    FULL_CHARACTERS,
    SIZE_TOLERANCE,
    body_readings,
    body_size,
    observed,
)
from validator.measuring.probes.paper_lines import Fragment, Line, line_of

JUSTIFIED_SHARE = 0.25
"""At least so many full lines end at one edge, or the text is ragged."""
LETTER = (0.0, 0.0, 612.0, 792.0)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The whole sheet of a page: its lower left corner and its size."""

    left: float
    bottom: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Ends:
    """Where the characters of one line end, and in which sizes they are printed."""

    rights: tuple[float, ...]
    sizes: tuple[float, ...]


def sheet(raw: Any, page: Any) -> Sheet:
    """US letter where the page does not say."""
    box = [ctypes.c_float(value) for value in LETTER]
    raw.FPDFPage_GetMediaBox(page, *box)
    left, bottom, right, top = (round(value.value, 2) for value in box)
    return Sheet(left=min(left, right), bottom=min(bottom, top), width=abs(right - left), height=abs(top - bottom))


def placed(found: Sequence[Character], on: Sheet) -> tuple[list[Line], list[Ends]]:
    """The lines of a page from top to bottom, told from the corner of its sheet, and their ends.

    Most text decides which way is up: sheets that hold two pages are turned as a rule.
    """
    printed = [one for one in found if one.direction is not None and not one.is_blank]
    ways = Counter(one.direction for one in printed)
    way = ways.most_common(1)[0][0] if ways else 0
    rows: dict[int, list[Character]] = {}
    for one in printed:
        if one.direction == way:
            turned = _turned(one, way or 0, on)
            rows.setdefault(round(2 * turned.baseline), []).append(turned)
    lines, ends = [], []
    for _, row in sorted(rows.items(), reverse=True):
        ordered = sorted(row, key=lambda one: one.left)
        lines.append(_line(ordered))
        rights, sizes = (tuple(one.right for one in ordered), tuple(one.size for one in ordered))
        ends.append(Ends(rights=rights, sizes=sizes))
    return lines, ends


def _turned(one: Character, way: int, on: Sheet) -> Character:
    """As it stands when the sheet is turned so that its text runs from left to right; told from that sheet's corner."""
    left, right, bottom, base = (
        one.left - on.left,
        one.right - on.left,
        one.bottom - on.bottom,
        one.baseline - on.bottom,
    )
    top, across = one.top - on.bottom, one.origin - on.left
    if way == 90:
        return replace(one, left=bottom, right=top, baseline=on.width - across)
    if way == 270:
        return replace(one, left=on.height - top, right=on.height - bottom, baseline=across)
    if way == 180:
        return replace(one, left=on.width - right, right=on.width - left, baseline=on.height - base)
    return replace(one, left=left, right=right, baseline=base)


def body(pages: Sequence[Sequence[Line]], ends: Sequence[Ends], heights: Sequence[float]) -> Mapping[str, Reading]:
    """What is measured of the body, with its right edge."""
    size = body_size(pages)
    if size is None:
        why = "hardly any text stands upright on the pages"
        return {"paper.right_edge": Reading.missing(unit="points", why=why)}
    return {**body_readings(pages, size, heights), "paper.right_edge": _right_edge(ends, size)}


def _line(row: Sequence[Character]) -> Line:
    """Runs of one size are one fragment."""
    runs: list[list[Character]] = []
    for one in row:
        if runs and abs(runs[-1][-1].size - one.size) <= SIZE_TOLERANCE:
            runs[-1].append(one)
        else:
            runs.append([one])
    return line_of([_fragment(run) for run in runs])


def _fragment(run: Sequence[Character]) -> Fragment:
    return Fragment(
        text="".join(one.text for one in run),
        left=run[0].left,
        baseline=run[0].baseline,
        size=run[0].size,
        face="",
    )


def _right_edge(ends: Sequence[Ends], size: float) -> Reading:
    """Where most full lines of the body end, or why that cannot be said."""
    own = [
        [right for right, printed in zip(row.rights, row.sizes, strict=True) if abs(printed - size) <= SIZE_TOLERANCE]
        for row in ends
    ]
    full = [max(rights) for rights in own if len(rights) >= FULL_CHARACTERS]
    edge = densest(full, width=EDGE_WIDTH)
    if edge is None or len(full) < FEWEST_LINES:
        why = f"only {len(full)} full lines of text, fewer than {FEWEST_LINES}"
        return Reading.missing(unit="points", why=why)
    if edge.share < JUSTIFIED_SHARE:
        why = "full lines end at different places: the text is not justified"
        return Reading.missing(unit="points", why=why)
    value = edge.value
    while True:  # of two columns the one on the right
        beyond = [right for right in full if right > value + EDGE_WIDTH]
        further = densest(beyond, width=EDGE_WIDTH)
        if further is None or further.share * len(beyond) < JUSTIFIED_SHARE * len(full):
            return observed(value)
        value = further.value
