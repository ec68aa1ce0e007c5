"""Where the body of a paper stands: margins, type size, leading, typefaces. Lines in, readings and flags out.

Knows no template. Lengths are PDF points (1/72 inch) as printed: the unit of the page, the text matrix and the page's
matrix applied. What was drawn inside a form that the page scales is seen by the second engine only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from validator.evidence import Flag, Reading
from validator.measuring.probes.paper_densest import densest
from validator.measuring.probes.paper_lines import Line, moved

SIZE_WIDTH, EDGE_WIDTH, STEP_WIDTH = 0.1, 2.0, 0.3
"""How far apart lengths may be that count as one: rounding in the file, and letters that hang into the margin."""
SIZE_TOLERANCE = 0.25
FULL_CHARACTERS = 35
"""A line of the body holds at least so many characters of the body's size; a caption's or table's rarely does."""
FEWEST_LINES = 8
INDENT = 24.0
LEAST_STEP, MOST_STEP = 0.8, 2.2
"""Baselines of one text, in sizes of its type: closer ones are parts of formulas, wider ones are gaps."""
FACE_SHARE = 0.05
NUMBERED_SHARE = 0.3
DIGITS = 2

BODY_NAMES = ("left_edge", "lowest_line", "body_size", "body_share", "leading")


@dataclass(frozen=True, kw_only=True)
class Geometry:
    """What the pages look like."""

    readings: Mapping[str, Reading]
    faces: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    body_size: float | None = None
    lines: tuple[tuple[Line, ...], ...] = field(default=())
    """Of every page, in points from its lower left corner."""
    height: float = 0.0


def geometry(pages: Sequence[Any], lines: Sequence[Sequence[Line]], *, last: int) -> Geometry:
    """Measure the pages up to the `last` that holds body text; pages are 1-based."""
    sizes = [page_size(page) for page in pages]
    width, height = Counter(sizes).most_common(1)[0][0]
    placed = tuple(tuple(_placed(page, some)) for page, some in zip(pages, lines, strict=True))
    readings = {"paper.page_width": observed(width), "paper.page_height": observed(height)}
    body = placed[:last]
    size = body_size(body)
    if size is None:
        why = "hardly any text stands upright on the pages"
        missing = {f"paper.{name}": Reading.missing(unit=_unit(name), why=why) for name in BODY_NAMES}
        return Geometry(readings=readings | missing, lines=placed, height=height)
    heights = [height for _, height in sizes]
    return Geometry(
        readings=readings | body_readings(body, size, heights),
        faces=_faces(body, size),
        flags=tuple(_line_number_flags(body)),
        body_size=size,
        lines=placed,
        height=height,
    )


def page_size(page: Any) -> tuple[float, float]:
    """Width and height in points."""
    unit, box = float(page.user_unit), page.mediabox
    return round(float(box.width) * unit, DIGITS), round(float(box.height) * unit, DIGITS)


def body_size(pages: Sequence[Sequence[Line]]) -> float | None:
    """The size that most characters are printed in."""
    parts = [part for page in pages for line in page for part in line.fragments]
    found = densest([part.size for part in parts], [float(part.characters) for part in parts], width=SIZE_WIDTH)
    return found.value if found else None


def is_full(line: Line, size: float) -> bool:
    """Whether it is a line of the body, and long enough to begin and end where the body does."""
    return line.characters(size, SIZE_TOLERANCE) >= FULL_CHARACTERS


def observed(value: float, unit: str = "points") -> Reading:
    """A length or a share, rounded to what can be told."""
    return Reading(value=round(value, DIGITS), unit=unit, source="observed")


def _placed(page: Any, lines: Sequence[Line]) -> list[Line]:
    box = page.mediabox
    return moved(lines, left=float(box.left), bottom=float(box.bottom), scale=float(page.user_unit))


def _unit(name: str) -> str:
    return "share" if name == "body_share" else "points"


def body_readings(pages: Sequence[Sequence[Line]], size: float, heights: Sequence[float]) -> dict[str, Reading]:
    """Readings of BODY_NAMES from lines told from the lower left corner of pages of these heights."""
    full = [[line for line in page if is_full(line, size)] for page in pages]
    count = sum(len(page) for page in full)
    why = f"only {count} full lines of text, fewer than {FEWEST_LINES}"
    edge = densest([_left(line, size) for page in full for line in page], width=EDGE_WIDTH)
    readings = {
        "paper.body_size": observed(size),
        "paper.body_share": observed(_share(pages, size), "share"),
    }
    if edge is None or count < FEWEST_LINES:
        return (
            readings
            | {f"paper.{name}": Reading.missing(unit="points", why=why) for name in BODY_NAMES[:2]}
            | {"paper.leading": Reading.missing(unit="points", why=why)}
        )
    lowest = max(
        height - line.baseline
        for page, height in zip(full, heights, strict=False)
        for line in page
        if abs(_left(line, size) - edge.value) <= INDENT
    )
    step = densest(list(_steps(pages, size, edge.value)), width=STEP_WIDTH)
    leading = observed(step.value) if step else Reading.missing(unit="points", why="no two lines follow each other")
    return readings | {
        "paper.left_edge": observed(edge.value),
        "paper.lowest_line": observed(lowest),
        "paper.leading": leading,
    }


def _left(line: Line, size: float) -> float:
    """Where its text in the size of the body begins."""
    return min(part.left for part in line.fragments if abs(part.size - size) <= SIZE_TOLERANCE)


def _share(pages: Sequence[Sequence[Line]], size: float) -> float:
    parts = [part for page in pages for line in page for part in line.fragments]
    own = sum(part.characters for part in parts if abs(part.size - size) <= SIZE_TOLERANCE)
    return own / max(sum(part.characters for part in parts), 1)


def _steps(pages: Sequence[Sequence[Line]], size: float, edge: float) -> Iterator[float]:
    """Distances of one full line to the next, both of which begin at the edge."""
    for page in pages:
        rows = [line for line in page if is_full(line, size) and abs(_left(line, size) - edge) <= EDGE_WIDTH]
        rows.sort(key=lambda line: -line.baseline)
        for upper, lower in pairwise(rows):
            step = upper.baseline - lower.baseline
            if LEAST_STEP * size <= step <= MOST_STEP * size:
                yield step


def _faces(pages: Sequence[Sequence[Line]], size: float) -> tuple[str, ...]:
    counts: Counter[str] = Counter()
    for page in pages:
        for line in page:
            for part in line.fragments:
                if abs(part.size - size) <= SIZE_TOLERANCE and part.face:
                    counts[part.face] += part.characters
    least = FACE_SHARE * sum(counts.values())
    return tuple(name[:80] for name, count in counts.most_common(4) if count >= least)


def _line_number_flags(pages: Sequence[Sequence[Line]]) -> Iterator[Flag]:
    lines = [line for page in pages for line in page]
    numbered = sum(line.numbered for line in lines)
    if numbered >= FEWEST_LINES and numbered >= NUMBERED_SHARE * len(lines):
        yield Flag(
            kind="line-numbers", detail="lines are numbered in the margin, as in a paper under review", where="p1"
        )
