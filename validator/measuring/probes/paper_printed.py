"""Lines of a page from its text as it is printed, and where the body stands by them. The second reader's.

Runs of text in, readings out; `raw` is `pypdfium2.raw`. Lengths are in units of the page.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from validator.evidence import Reading
from validator.measuring.probes.paper_densest import densest
from validator.measuring.probes.paper_geometry import (
    EDGE_WIDTH,
    FEWEST_LINES,
    FULL_CHARACTERS,
    NO_SIZE,
    SIZE_TOLERANCE,
    body_readings,
    body_size,
    observed,
)
from validator.measuring.probes.paper_lines import Fragment, Line, line_of
from validator.measuring.probes.paper_runs import Run

JUSTIFIED_SHARE = 0.25
"""At least so many full lines end at one edge, or the text is ragged."""
UPRIGHT_SHARE = 0.25
"""So much text on upright pages is the body, and what is turned are tables."""
LETTER = (0.0, 0.0, 612.0, 792.0)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The whole sheet of a page: its lower left corner and its size."""

    left: float
    bottom: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class End:
    """Where one part of a line ends, in which size, and how many characters it has."""

    right: float
    size: float
    characters: int


def sheet(raw: Any, page: Any) -> Sheet:
    """US letter where the page does not say."""
    box = [ctypes.c_float(value) for value in LETTER]
    raw.FPDFPage_GetMediaBox(page, *box)
    left, bottom, right, top = (round(value.value, 2) for value in box)
    return Sheet(left=min(left, right), bottom=min(bottom, top), width=abs(right - left), height=abs(top - bottom))


@dataclass(frozen=True, kw_only=True)
class Placed:
    """The lines of a page from top to bottom, told from the corner of its sheet, and their ends."""

    lines: list[Line]
    ends: list[list[End]]
    way: int
    """Degrees by which most of its text is turned to the left."""
    characters: int
    """Of the text that is turned so."""


def upright(pages: Sequence[Placed]) -> list[Placed]:
    """The pages that stand upright, or are turned as most text is; of the others, as of sideways tables, nothing."""
    ways: Counter[int] = Counter()
    for page in pages:
        ways[page.way] += page.characters
    way = 0 if ways[0] >= UPRIGHT_SHARE * ways.total() else ways.most_common(1)[0][0]
    return [page if page.way == way else Placed(lines=[], ends=[], way=way, characters=0) for page in pages]


def placed(found: Sequence[Run], on: Sheet) -> Placed:
    """What stands where on a page. Most text says which way is up: sheets that hold two pages are turned as a rule."""
    printed = [one for one in found if one.manner.direction is not None]
    ways: Counter[int | None] = Counter()
    for one in printed:
        ways[one.manner.direction] += one.characters
    way = (ways.most_common(1)[0][0] or 0) if ways else 0
    rows: dict[int, list[Run]] = {}
    for one in printed:
        if one.manner.direction == way:
            turned = _turned(one, way, on)
            rows.setdefault(round(2 * turned.baseline), []).append(turned)
    ordered = [row for _, row in sorted(rows.items(), reverse=True)]
    ends = [[End(right=one.right, size=one.manner.size, characters=one.characters) for one in row] for row in ordered]
    lines = [line_of([_fragment(one) for one in row]) for row in ordered]
    return Placed(lines=lines, ends=ends, way=way, characters=ways[way])


def _turned(one: Run, way: int, on: Sheet) -> Run:
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


def body(
    pages: Sequence[Sequence[Line]], ends: Sequence[Sequence[End]], heights: Sequence[float]
) -> Mapping[str, Reading]:
    """What is measured of the body, with its right edge."""
    size = body_size(pages)
    if size is None:
        return {"paper.right_edge": Reading.missing(unit="points", why=NO_SIZE)}
    return {**body_readings(pages, size, heights), "paper.right_edge": _right_edge(ends, size)}


def _fragment(run: Run) -> Fragment:
    return Fragment(text=run.text, left=run.left, baseline=run.baseline, size=run.manner.size, face="")


def _right_edge(ends: Sequence[Sequence[End]], size: float) -> Reading:
    """Where most full lines of the body end, or why that cannot be said."""
    own = [[end for end in row if abs(end.size - size) <= SIZE_TOLERANCE] for row in ends]
    full = [max(end.right for end in row) for row in own if sum(end.characters for end in row) >= FULL_CHARACTERS]
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
