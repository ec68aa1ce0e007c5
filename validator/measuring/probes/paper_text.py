"""The lines of a paper as its readers take them: page by page, without running heads, page numbers, margin numbers.

Knows no PDF and nothing of references but the words of their heading, which are kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from validator.measuring.probes.paper_cues import is_heading
from validator.measuring.probes.paper_typed import UNTOLD, Typed

EDGE_LINES = 3
HEAD_GAP = 1.8
"""A running head is further from the text than lines of the text are from each other: so many times the leading."""
SAME_HEIGHT_POINTS = 1.5
LARGER_POINTS = 1.0
"""A title is set so much larger than most lines; a running head is not."""
TEXT_PAGES = 3
"""So many heads to a page with text at their height, or they are none: a picture may bear letters anywhere."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of text; `typed` says how it is set where that is known."""

    page: int
    text: str
    typed: Typed = UNTOLD


def lines_of(pages: Sequence[Sequence[str]], types: Sequence[Sequence[Typed]] = ()) -> list[Line]:
    """All lines of all pages that are no furniture, in order; `types` are aligned with `pages` or empty."""
    return [line for page in _kept(pages, types) for line in page]


def without_furniture(pages: Sequence[Sequence[str]], types: Sequence[Sequence[Typed]] = ()) -> list[list[str]]:
    """Lines without running heads, page numbers and margin numbers."""
    return [[line.text for line in page] for page in _kept(pages, types)]


def _kept(pages: Sequence[Sequence[str]], types: Sequence[Sequence[Typed]]) -> list[list[Line]]:
    whole = [list(_lines(number, texts, types)) for number, texts in enumerate(pages, 1)]
    repeated = _repeated(whole)
    heights = _head_heights(whole)
    kept: list[list[Line]] = []
    headed = False
    for page in whole:
        kept.append(list(_body(page, repeated, heights, headed=headed)))
        headed = headed or any(is_heading(line.text) and not _is_at(line, heights) for line in kept[-1])
    return kept


def _lines(number: int, texts: Sequence[str], types: Sequence[Sequence[Typed]]) -> Iterator[Line]:
    own = types[number - 1] if number <= len(types) else ()
    for place, text in enumerate(texts):
        if text.strip():
            yield Line(page=number, text=text.strip(), typed=own[place] if place < len(own) else UNTOLD)


def _body(page: list[Line], repeated: set[str], heights: Sequence[float], *, headed: bool) -> Iterator[Line]:
    """A running head that says `References` stays where neither the page nor one before has such a heading of its own.

    What follows it tells it from a heading; elsewhere it is the name of the section that ends the page.
    """
    last = len(page) - EDGE_LINES
    edges = (place < EDGE_LINES or place >= last for place in range(len(page)))
    furniture = [
        line.text.isdigit() or (edge and masked(line.text) in repeated) or _is_at(line, heights)
        for line, edge in zip(page, edges, strict=True)
    ]
    headings = [place for place, line in enumerate(page) if is_heading(line.text)]
    for place, line in enumerate(page):
        if not furniture[place] or (headings[-1:] == [place] and not headed):
            yield line


def _repeated(pages: list[list[Line]]) -> set[str]:
    """Digit-masked lines near the edges of at least half the pages, or first or last of half the left or right ones."""
    seen: Counter[str] = Counter()
    sided: Counter[tuple[int, str]] = Counter()
    for number, page in enumerate(pages):
        seen.update({masked(line.text) for line in (*page[:EDGE_LINES], *page[-EDGE_LINES:])})
        sided.update({(number % 2, masked(line.text)) for line in (*page[:1], *page[-1:])})
    least = max(2, (len(pages) + 1) // 2)
    side_least = max(2, (len(pages) + 2) // 4)
    alternating = {
        text for (_, text), times in sided.items() if times >= side_least and re.search(r"[^\W\d_]{3}", text)
    }
    return {line for line, times in seen.items() if times >= least} | alternating


def masked(line: str) -> str:
    """The line with its numbers made alike."""
    return re.sub(r"\d+", "#", line)


def _head_heights(pages: list[list[Line]]) -> list[float]:
    """Heights at which most pages bear a line apart from their text: heads that change from page to page.

    Titles at the top of pages stand apart as well, but are larger, or stand where other pages bear their text.
    """
    printed = [sorted({line.typed.height for line in page if line.typed.height}, reverse=True) for page in pages]
    steps = Counter(round(a - b) for page in printed for a, b in pairwise(page) if a - b > 4)
    if not steps:
        return []
    apart = HEAD_GAP * steps.most_common(1)[0][0]
    printed = [page for page in printed if len(page) > 2]
    large = _large_heights(pages)
    tops = [page[0] for page in printed if page[0] - page[1] > apart and page[0] not in large]
    feet = [page[-1] for page in printed if page[-2] - page[-1] > apart and page[-1] not in large]
    within = ([page[0] for page in printed], [page[-1] for page in printed])
    agreed = zip((tops, feet), within, strict=True)
    return [height for edge, ends in agreed for height in _agreed(edge, ends, pages=len(pages))]


def _large_heights(pages: list[list[Line]]) -> set[float]:
    """Heights of lines that are set larger than most."""
    sizes = sorted(line.typed.size for page in pages for line in page if line.typed.size)
    usual = sizes[len(sizes) // 2] if sizes else 0.0
    return {line.typed.height for page in pages for line in page if line.typed.size >= usual + LARGER_POINTS}


def _agreed(heights: Sequence[float], ends: Sequence[float], *, pages: int) -> Iterator[float]:
    """The height that at least half of the pages share, where hardly another page ends there without standing apart."""
    for height, times in Counter(round(height) for height in heights).most_common(1):
        near = sum(abs(end - height) <= SAME_HEIGHT_POINTS for end in ends)
        own = sum(abs(end - height) <= SAME_HEIGHT_POINTS for end in heights)
        if times >= max(2, (pages + 1) // 2) and (near - own) * TEXT_PAGES < times:
            yield float(height)


def _is_at(line: Line, heights: Sequence[float]) -> bool:
    return bool(line.typed.height) and any(abs(line.typed.height - at) <= SAME_HEIGHT_POINTS for at in heights)
