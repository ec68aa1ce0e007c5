"""First-level headings of a paper, by the size of their first letter; where none is larger, bold numbered lines.

Lines in, titles out. Knows no section that a course asks for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from validator.evidence import Heading
from validator.measuring.probes.paper_geometry import SIZE_TOLERANCE
from validator.measuring.probes.paper_lines import Line

LARGER = 1.2
"""Points by which a heading exceeds the body: 11.96 over 9.96 in the templates."""
SAME_LEVEL = 0.6
FEWEST = 3
"""So many of the largest lines are the first level, and smaller ones are below it."""
MOST_HEADINGS, TITLE_CHARACTERS = 60, 120
TITLE_LINES = 4
NEXT_LINE = 1.8
"""A heading that goes on: its next line is no further away than this, in sizes of its type."""
BOLD = re.compile(r"bold|medi|black|heavy|cmbx|sfbx|demi|-bd|bx\d", re.IGNORECASE)
NUMBER = re.compile(r"^(?:\d{1,2}\.?|[IVX]{1,5}\.?|[A-Z]\.)\s+(?=\S)")
BELOW = re.compile(r"^(?:\d{1,2}|[A-Z])\.\d")
"""A number of the second level."""


@dataclass(frozen=True, kw_only=True)
class _Candidate:
    text: str
    page: int
    size: float
    baseline: float


def headings(pages: Sequence[Sequence[Line]], *, size: float | None) -> tuple[Heading, ...]:
    """The headings in reading order, their numbers left out; `size` is that of the body, in points."""
    if size is None:
        return ()
    large = list(_joined(_larger(pages, size)))
    found = _first_level(_without_title(large))
    if len(found) < FEWEST:
        bold = list(_bold_numbered(pages, size))
        found = bold if len(bold) > len(found) else found
    titled = (Heading(title=NUMBER.sub("", one.text)[:TITLE_CHARACTERS], page=one.page) for one in found)
    return tuple(titled)[:MOST_HEADINGS]


def _larger(pages: Sequence[Sequence[Line]], size: float) -> Iterator[_Candidate]:
    """Lines whose first letter is larger than the body; a formula or a table in large type has few letters."""
    for number, page in enumerate(pages, 1):
        for line in page:
            first = next((part for part in line.fragments if any(c.isalpha() for c in part.text)), None)
            if first is None or first.size <= size + LARGER or sum(c.isalpha() for c in line.text) < 3:
                continue
            yield _Candidate(text=line.text, page=number, size=first.size, baseline=line.baseline)


def _joined(lines: Iterator[_Candidate]) -> Iterator[_Candidate]:
    """Headings of several lines as one."""
    kept: _Candidate | None = None
    lowest = 0.0
    for line in lines:
        near = kept is not None and kept.page == line.page and abs(kept.size - line.size) <= SIZE_TOLERANCE
        if (
            kept is not None
            and near
            and 0 < lowest - line.baseline <= NEXT_LINE * kept.size
            and not NUMBER.match(line.text)
        ):
            kept = _Candidate(text=f"{kept.text} {line.text}", page=kept.page, size=kept.size, baseline=kept.baseline)
        else:
            if kept is not None:
                yield kept
            kept = line
        lowest = line.baseline
    if kept is not None:
        yield kept


def _goes_on(kept: _Candidate, line: _Candidate, lowest: float) -> bool:
    alike = kept.page == line.page and abs(kept.size - line.size) <= SIZE_TOLERANCE and not NUMBER.match(line.text)
    return alike and 0 < lowest - line.baseline <= NEXT_LINE * kept.size


def _without_title(found: list[_Candidate]) -> list[_Candidate]:
    """The largest text of the first page is the paper's title, where anything smaller is a heading too."""
    if not found:
        return []
    largest = max(one.size for one in found)
    top = [one for one in found if one.size > largest - SAME_LEVEL]
    rest = [one for one in found if one not in top]
    is_title = len(top) == 1 and top[0].page == 1 and not NUMBER.match(top[0].text) and bool(rest)
    return rest if is_title else found


def _first_level(found: list[_Candidate]) -> list[_Candidate]:
    """Of several sizes the largest that comes often enough; numbers such as 2.1 are below it anyhow."""
    found = [one for one in found if not BELOW.match(one.text)]
    sizes = Counter(round(one.size, 1) for one in found)
    for size in sorted(sizes, reverse=True):
        level = [one for one in found if abs(one.size - size) <= SAME_LEVEL]
        if len(level) >= FEWEST:
            return level
    return found


def _bold_numbered(pages: Sequence[Sequence[Line]], size: float) -> Iterator[_Candidate]:
    """Bold lines with a number, in the size of the body."""
    for number, page in enumerate(pages, 1):
        for line in page:
            text = line.text
            bold = all(BOLD.search(part.face) for part in line.fragments)
            titled = NUMBER.match(text) is not None and NUMBER.sub("", text)[:1].isupper()
            if bold and titled and len(text) <= TITLE_CHARACTERS and not BELOW.match(text):
                yield _Candidate(text=text, page=number, size=size, baseline=line.baseline)
