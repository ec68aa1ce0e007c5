"""Lines of a page from its characters as they are printed, and where the body stands by them. The second reader's.

Characters in, readings out; `raw` is `pypdfium2.raw`. Lengths are in units of the page.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from validator.measuring.probes.paper_lines import Fragment, Line

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
    """The lines of a page from top to bottom, told from the corner of its sheet, and their ends."""
    rows: dict[int, list[Character]] = {}
    for one in found:
        if one.upright and not one.is_blank:
            rows.setdefault(round(2 * one.baseline), []).append(one)
    lines, ends = [], []
    for _, row in sorted(rows.items(), reverse=True):
        ordered = sorted(row, key=lambda one: one.left)
        lines.append(_line(ordered, on))
        rights, sizes = (tuple(one.right - on.left for one in ordered), tuple(one.size for one in ordered))
        ends.append(Ends(rights=rights, sizes=sizes))
    return lines, ends


def body(pages: Sequence[Sequence[Line]], ends: Sequence[Ends], heights: Sequence[float]) -> Mapping[str, Reading]:
    """What is measured of the body, with its right edge."""
    size = body_size(pages)
    if size is None:
        why = "hardly any text stands upright on the pages"
        return {"paper.right_edge": Reading.missing(unit="points", why=why)}
    return {**body_readings(pages, size, heights), "paper.right_edge": _right_edge(ends, size)}


def _line(row: Sequence[Character], on: Sheet) -> Line:
    """Runs of one size are one fragment."""
    runs: list[list[Character]] = []
    for one in row:
        if runs and abs(runs[-1][-1].size - one.size) <= SIZE_TOLERANCE:
            runs[-1].append(one)
        else:
            runs.append([one])
    parts = [_fragment(run, on) for run in runs]
    numbered = len(parts) > 1 and parts[0].text.isdigit() and parts[0].size < 0.9 * parts[1].size
    return Line(baseline=parts[0].baseline, fragments=tuple(parts[numbered:]), numbered=numbered)


def _fragment(run: Sequence[Character], on: Sheet) -> Fragment:
    return Fragment(
        text="".join(one.text for one in run),
        left=run[0].left - on.left,
        baseline=run[0].baseline - on.bottom,
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
    return observed(edge.value)
