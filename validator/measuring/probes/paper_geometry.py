"""Where the body of a paper stands: margins, type size, leading, typefaces. Lines in, readings and flags out.

Knows no template. Lengths are PDF points (1/72 inch) as printed: the unit of the page, the text matrix and the page's
matrix applied. What was drawn inside a form that the page scales is seen by the second engine only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from validator.evidence import Flag, Reading
from validator.measuring.probes.paper_densest import densest, leftmost
from validator.measuring.probes.paper_lines import Fragment, Line, moved

SIZE_WIDTH, EDGE_WIDTH, STEP_WIDTH = 0.1, 2.0, 0.3
"""How far apart lengths may be that count as one: rounding in the file, and letters that hang into the margin."""
SIZE_TOLERANCE = 0.25
LEAST_SIZE = 2.0
"""Points; a smaller size is none of letters, but the factor by which a font of dots is scaled."""
NO_SIZE = "hardly any text stands upright on the pages, in a size that the file tells"
FULL_CHARACTERS = 35
"""A line of the body holds at least so many characters of the body's size; a caption's or table's rarely does."""
FEWEST_LINES = 8
COLUMN_SHARE = 0.25
"""At least so many full lines begin at one edge, or it is none: the left one of two columns may be the shorter one."""
COLUMN_POINTS = 120.0
"""The edges of two columns are further apart than this; those of text and of the lists or quotes in it are nearer."""
INDENT = 24.0
LEAST_STEP, MOST_STEP = 0.8, 2.2
"""Baselines of one text, in sizes of its type: closer ones are parts of formulas, wider ones are gaps."""
FACE_SHARE = 0.05
TEXT_SHARE = 0.2
TYPEWRITER = re.compile(
    r"mono(?!type)|monl|monps|cour|typewriter|consol|menlo|inconsolata|cmtt|sftt|ectt|ptmono|txtt|pcr[rb]",
    re.IGNORECASE,
)
"""Faces of code."""
NUMBERED_SHARE = 0.3
DIGITS = 2
DIGITS_OF = re.compile(r"\d+")

BODY_NAMES = ("left_edge", "lowest_line", "highest_line", "leading", "body_size", "body_share", "columns")
UNITS = {"body_share": "share", "columns": "columns"}
"""Of what is no length."""


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
    height = _usual(sizes)[1]
    placed = tuple(tuple(_placed(page, some)) for page, some in zip(pages, lines, strict=True))
    readings = sheet_readings(pages)
    body = placed[:last]
    size = body_size(body)
    if size is None:
        missing = {f"paper.{name}": Reading.missing(unit=unit_of(name), why=NO_SIZE) for name in BODY_NAMES}
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


def sheet_readings(pages: Sequence[Any]) -> dict[str, Reading]:
    """The size that most pages have, whatever is on them."""
    width, height = _usual([page_size(page) for page in pages])
    return {"paper.page_width": observed(width), "paper.page_height": observed(height)}


def _usual(sizes: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return Counter(sizes).most_common(1)[0][0]


def page_size(page: Any) -> tuple[float, float]:
    """Width and height in points."""
    unit, box = float(page.user_unit), page.mediabox
    return round(float(box.width) * unit, DIGITS), round(float(box.height) * unit, DIGITS)


def body_size(pages: Sequence[Sequence[Line]]) -> float | None:
    """The size that most characters are printed in; listings of code are no body where there is one beside them.

    None where it is not told, as by fonts of dots.
    """
    every = [part for page in pages for line in page for part in line.fragments]
    if sum(part.characters * (1 if part.size < LEAST_SIZE else -1) for part in every) > 0:
        return None
    parts = _beside_code(every)
    found = densest([part.size for part in parts], [float(part.characters) for part in parts], width=SIZE_WIDTH)
    return found.value if found else None


def _beside_code(parts: Sequence[Fragment]) -> list[Fragment]:
    """What is set in no typewriter face, where that is at least a fifth of the text; else everything."""
    others = [part for part in parts if not TYPEWRITER.search(part.face)]
    enough = sum(part.characters for part in others) >= TEXT_SHARE * sum(part.characters for part in parts)
    return others if enough else list(parts)


def is_full(line: Line, size: float) -> bool:
    """Whether it is a line of the body, and long enough to begin and end where the body does."""
    return line.characters(size, SIZE_TOLERANCE) >= FULL_CHARACTERS


def observed(value: float, unit: str = "points") -> Reading:
    """A length or a share, rounded to what can be told."""
    return Reading(value=round(value, DIGITS), unit=unit, source="observed")


def _placed(page: Any, lines: Sequence[Line]) -> list[Line]:
    box = page.mediabox
    return moved(lines, left=float(box.left), bottom=float(box.bottom), scale=float(page.user_unit))


def unit_of(name: str) -> str:
    """The unit of one of the readings."""
    return UNITS.get(name, "points")


def body_readings(pages: Sequence[Sequence[Line]], size: float, heights: Sequence[float]) -> dict[str, Reading]:
    """Readings of BODY_NAMES from lines told from the lower left corner of pages of these heights."""
    full = [[line for line in page if is_full(line, size)] for page in _without_furniture(pages)]
    count = sum(len(page) for page in full)
    edge = leftmost([_left(line, size) for page in full for line in page], width=EDGE_WIDTH, share=COLUMN_SHARE)
    sizes = {"paper.body_size": observed(size), "paper.body_share": observed(_share(pages, size), "share")}
    if edge is None or count < FEWEST_LINES:
        why = f"only {count} full lines of text, fewer than {FEWEST_LINES}"
        unknown = [name for name in BODY_NAMES if f"paper.{name}" not in sizes]
        return sizes | {f"paper.{name}": Reading.missing(unit=unit_of(name), why=why) for name in unknown}
    near = [[line for line in page if abs(_left(line, size) - edge.value) <= INDENT] for page in full]
    depths = [[top - line.baseline for line in page] for page, top in zip(near, heights, strict=False)]
    highest = [min(page) for page in depths[1:] if page]  # the first page bears the title
    step = densest(list(_steps(near, size, edge.value)), width=STEP_WIDTH)
    return sizes | {
        "paper.left_edge": observed(edge.value),
        "paper.lowest_line": observed(max(depth for page in depths for depth in page)),
        "paper.highest_line": _known(min(highest, default=None), "no page after the first is full of text"),
        "paper.leading": _known(step.value if step else None, "no two lines follow each other"),
        "paper.columns": observed(columns([_left(line, size) for page in full for line in page]), "columns"),
    }


def columns(lefts: Sequence[float]) -> int:
    """How many edges, further apart than indents, hold enough of the full lines to be the left edges of columns."""
    found, rest = 0, list(lefts)
    while (edge := densest(rest, width=EDGE_WIDTH)) is not None and edge.share * len(rest) >= COLUMN_SHARE * len(lefts):
        found, rest = found + 1, [left for left in rest if abs(left - edge.value) > COLUMN_POINTS]
    return max(found, 1)


def _known(value: float | None, why: str) -> Reading:
    return Reading.missing(unit="points", why=why) if value is None else observed(value)


def _without_furniture(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Lines without those whose words, digits apart, stand at one height on half the pages: running heads and feet."""
    masked = [[(DIGITS_OF.sub("#", line.text), round(line.baseline)) for line in page] for page in pages]
    times = Counter(place for page in masked for place in set(page))
    least = max(2, (len(pages) + 1) // 2)
    return [
        [line for line, place in zip(page, own, strict=True) if times[place] < least]
        for page, own in zip(pages, masked, strict=True)
    ]


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
    for part in _beside_code([part for page in pages for line in page for part in line.fragments]):
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
