"""The start of a list of references that has no heading: by its numbers, or by the names in its entries."""

from __future__ import annotations

import re
from collections.abc import Sequence

from validator.measuring.probes.paper_cues import (
    AUTHORS,
    entry_share,
    is_entry_line,
    is_heading,
    is_prose,
    may_be_title,
)
from validator.measuring.probes.paper_tail import Set
from validator.measuring.probes.paper_text import Line

WINDOW_LINES = 30
NUMBERED_SHARE = 0.35
NAMED_SHARE = 0.45
"""Names are weaker evidence than numbers, so that more of the lines must look like entries."""
LEAST_NAMED = 3
LEAST_LINKS = 3
LINKED = re.compile(r"^(?:[\u2022\u25cf\u25e6\u2013*-]\s*|[\[(]?\d{1,3}[\]).]\s*)?(?:https?:|www\.)\S+$")
"""A line that is a link, behind its bullet or number."""
PART_LINES = 10
TITLE_WORDS = 6
RAISED = re.compile(r"\d{1,3}(?=[^\W\d_])")
"""A number right before a word, as footnotes and lists with raised numbers have it."""
SMALLER_POINTS = 0.5
"""Footnotes are smaller than the text by more."""


def unheaded(lines: Sequence[Line]) -> int | None:
    """Index of the first entry of the last list; None when there is no such list."""
    numbered = _numbered(lines)
    return next((place for place in (numbered, _named(lines), _linked(lines)) if place is not None), None)


def is_titled(lines: Sequence[Line], first: int) -> bool:
    """Whether the line before the first entry is a title in words that nobody foresaw."""
    if not first or is_heading(lines[first].text):
        return False
    title, before = lines[first - 1], lines[first - 2] if first > 1 else None
    words = title.text.split()
    if (
        len(words) > TITLE_WORDS
        or title.text.endswith(".")
        or is_entry_line(title.text)
        or not may_be_title(title.text)
    ):
        return False
    starts_page = before is None or before.page != title.page
    return starts_page or Set(lines[first:]).stands_out(title, before) is True


def _numbered(lines: Sequence[Line]) -> int | None:
    """The last place where `[1]`, `[2]`, `[3]` start lines in this order, close together, among entries."""
    for place in reversed(range(len(lines))):
        if not lines[place].text.startswith("[1]"):
            continue
        second = _starts(lines, "[2]", place)
        third = _starts(lines, "[3]", second) if second is not None else None
        window = [line.text for line in lines[place : place + WINDOW_LINES]]
        if third is not None and entry_share(window) >= NUMBERED_SHARE:
            return place
    return None


def _starts(lines: Sequence[Line], mark: str, place: int) -> int | None:
    return next((n for n in range(place + 1, min(place + 11, len(lines))) if lines[n].text.startswith(mark)), None)


def _named(lines: Sequence[Line]) -> int | None:
    """Where the last lines of the paper, part by part, are entries that start with names, and no running text."""
    start = len(lines)
    while start > 0 and _is_entries([line.text for line in lines[max(0, start - PART_LINES) : start]]):
        start = max(0, start - PART_LINES)
    texts = [line.text for line in lines]
    # The first part may have begun before the list: it starts with the first name that no running text follows.
    for place in range(max(0, start - PART_LINES), len(lines)):
        if AUTHORS.match(texts[place]) and _is_entries(texts[place : place + 4]):
            named = sum(AUTHORS.match(text) is not None for text in texts[place:])
            return place if named >= LEAST_NAMED and not _are_footnotes(lines[place:]) else None
    return None


def _linked(lines: Sequence[Line]) -> int | None:
    """Where the last lines of the paper are links and nothing else; a link may go on in a line without a blank."""
    start = len(lines)
    while start and (LINKED.match(lines[start - 1].text) or " " not in lines[start - 1].text.strip()):
        start -= 1
    first = next((place for place in range(start, len(lines)) if LINKED.match(lines[place].text)), len(lines))
    return first if sum(LINKED.match(line.text) is not None for line in lines[first:]) >= LEAST_LINKS else None


def _are_footnotes(lines: Sequence[Line]) -> bool:
    """Whether these are works cited at the foot of pages: larger text goes on, or the first has not number 1."""
    size, number = lines[0].typed.size, RAISED.match(lines[0].text)
    larger = any(line.typed.size > size + SMALLER_POINTS and not is_entry_line(line.text) for line in lines)
    return (size > 0 and larger) or (number is not None and int(number[0]) > 1)


def _is_entries(texts: Sequence[str]) -> bool:
    return entry_share(texts) >= NAMED_SHARE and not is_prose(texts)
