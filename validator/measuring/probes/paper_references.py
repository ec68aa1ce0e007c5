"""Where the references of a paper start and end, and which pages hold anything else: lines in, facts out.

Knows no PDF and no page limit. The order of work: drop furniture, find heading lines that entries follow, else a
list without a heading at the end, then look for where each list ends. What is in no list counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from validator.measuring.probes.paper_cues import (
    AUTHORS,
    ENTRY_SHARE,
    entry_share,
    is_ending,
    is_entry_line,
    is_heading,
    is_heading_run_in,
    is_prose,
    is_weak_heading,
    may_be_heading,
)
from validator.measuring.probes.paper_tail import end_of, others, second_lists, stray
from validator.measuring.probes.paper_text import Line, lines_of, without_furniture
from validator.measuring.probes.paper_typed import Typed
from validator.measuring.probes.paper_unheaded import is_titled, unheaded
from validator.measuring.probes.paper_words import CAPTION, CUE

__all__ = ["References", "entry_share", "is_heading", "references", "without_furniture"]

Confidence = Literal["high", "low", "none"]

WINDOW_LINES = 30
"""How many lines after a heading are weighed."""
SHORT_LIST_LINES = 8
SHORT_LIST_SHARE = 0.4
"""A list may be short and followed by other text: then its first lines alone must look like entries."""
PROSE_LINES = 5
"""So many lines tell running text."""
BARE_LINES = 40
"""A heading that nothing like an entry follows is believed, with doubt, when this little text is left."""
QUOTE_CHARACTERS = 80
FEW_LINES = 5
"""Fewer lines than these hardly make a page count."""


@dataclass(frozen=True, kw_only=True)
class References:
    """What a paper's lines say about its list of references; pages are 1-based."""

    page: int | None
    confidence: Confidence
    above: str
    """First line above the heading on its page."""
    after: tuple[str, ...]
    """Quotes `p5: Appendix A` of what follows the list."""
    counted: frozenset[int]
    """Pages that hold anything that is not a reference entry."""
    lists: tuple[int, ...]
    """Pages of all lists found; more than one wants a person."""
    lines_on_last: int
    """Lines on the last counted page that are not entries."""
    inside: tuple[str, ...] = ()
    """`p5: Further reading`, the titles of lists inside it that are taken for a part of it."""
    words_on_last: str = ""
    """The first words of these lines."""
    stray: str = ""
    """`p5: ...`, where a long run of lines inside the list looks unlike entries; not counted."""
    heading: str = ""
    """The heading line as it stands on the page; empty when the list has none."""


@dataclass(frozen=True, kw_only=True)
class _List:
    """One list: the place of its heading or first entry, and that of the first line after it."""

    start: int
    end: int


def references(pages: Sequence[Sequence[str]], types: Sequence[Sequence[Typed]] = ()) -> References:
    """Find the list of references in the lines of each page, top to bottom; `types` say how each line is set."""
    lines = lines_of(pages, types)
    heads = frozenset(place for place, line in enumerate(lines) if _is_head(lines, place))
    starts, confidence = _starts(lines, heads)
    if not starts:
        return _none(lines, len(pages))
    if confidence == "low" and is_titled(lines, starts[0]):
        starts, heads = [starts[0] - 1], heads | {starts[0] - 1}
    return _counted(lines, _lists(lines, starts, heads), confidence, heads)


def _is_head(lines: list[Line], place: int) -> bool:
    """Whether a line is the title of a list by its own words, or by some of them and what follows."""
    text = lines[place].text
    if is_heading(text):
        return True
    following = [line.text for line in lines[place + 1 : place + 1 + SHORT_LIST_LINES]]
    return (
        (may_be_heading(text) or is_heading_run_in(text))
        and entry_share(following) >= SHORT_LIST_SHARE
        and not is_prose(following)
    )


def _none(lines: list[Line], pages: int) -> References:
    """No list: every page counts."""
    return References(
        page=None,
        confidence="none",
        above="",
        after=(),
        counted=frozenset(range(1, pages + 1)),
        lists=(),
        lines_on_last=sum(line.page == pages for line in lines),
    )


def _starts(lines: list[Line], heads: frozenset[int]) -> tuple[list[int], Confidence]:
    """Indices of the lines that start a list, and how sure that is."""
    headings = sorted(heads)
    accepted = [place for place in headings if _is_followed(lines, place, heads)]
    if accepted:
        return accepted, "high"
    without = unheaded(lines)
    if without is not None:
        return [without], "low"
    if headings and len(lines) - headings[-1] - 1 <= BARE_LINES:
        return headings[-1:], "low"
    return [], "none"


def _is_followed(lines: list[Line], heading: int, heads: frozenset[int]) -> bool:
    """Whether what follows a heading, up to the next known title, looks like entries."""
    places = (place for place in range(heading + 1, len(lines)) if place not in heads)
    rest = [lines[place].text for place in islice(places, WINDOW_LINES + 1)]
    window = rest[:WINDOW_LINES]
    end = next((place for place, line in enumerate(window) if is_ending(line) or _is_text_after(window, place)), None)
    window = window[:end]
    few = len(window) <= 4 and (end is not None or len(rest) <= 4)
    dense = entry_share(window[:SHORT_LIST_LINES]) >= SHORT_LIST_SHARE
    return entry_share(window) >= ENTRY_SHARE or dense or (few and entry_share(window) > 0)


def _is_text_after(window: list[str], place: int) -> bool:
    """Whether running text takes over here from what began otherwise."""
    part = window[place : place + 3]
    begun = AUTHORS.match(window[0]) or CUE.match(window[0]) or not is_prose(window[:1])
    return bool(place and begun) and len(part) == 3 and is_prose(part) and is_prose(part[:1])


def _lists(lines: list[Line], starts: list[int], heads: frozenset[int]) -> list[_List]:
    """All lists in order; parts of one list under several headings are one."""
    found: list[_List] = []
    for start, limit in zip(starts, [*starts[1:], len(lines)], strict=True):
        head = start + (start in heads)
        end = head + end_of(lines[head:limit])
        before = found.pop() if found and found[-1].end == start else None
        found.append(_List(start=before.start if before else start, end=end))
    held = [one for one in found if any(is_entry_line(line.text) for line in lines[one.start : one.end])]
    listed = [one for one in held[:-1] if not _is_section(lines, one)] + held[-1:]
    return listed or found[-1:]


def _is_section(lines: list[Line], one: _List) -> bool:
    """Whether what an ambiguous title starts, before the paper's own list, is a section on other works or on data."""
    after = [line.text for line in lines[one.end : one.end + WINDOW_LINES]]
    blocks = (after[place : place + PROSE_LINES] for place in range(0, len(after), PROSE_LINES))
    return is_weak_heading(lines[one.start].text) and any(map(is_prose, blocks))


def _main(lines: list[Line], lists: list[_List]) -> _List:
    """The last list, or an earlier one that is followed by what only follows a paper's own list."""
    ended = (one for one in lists[:-1] if one.end < len(lines) and is_ending(lines[one.end].text))
    return next(ended, lists[-1])


def _counted(lines: list[Line], lists: list[_List], confidence: Confidence, heads: frozenset[int]) -> References:
    """Which pages hold anything but entries, and what that is."""
    main = _main(lines, lists)
    page = lines[main.start].page
    headed = main.start in heads
    places = _outside(lines, lists, heads)
    outside = [lines[place] for place in places]
    above = [lines[place].text for place in places if place < main.start and lines[place].page == page]
    listed = lines[main.start + headed : main.end]
    after = others(listed, page)
    for number, text in _quotes([lines[place] for place in places if place >= main.end]):
        after.setdefault(number, text)
    first = lines[lists[0].start].page
    counted = frozenset(range(1, first)) | {line.page for line in outside} | frozenset(after)
    odd = stray(listed) if confidence == "high" else None
    last = _lines_on(max(counted, default=0), outside, listed, page)
    return References(
        page=page,
        confidence=confidence,
        above=above[0][:QUOTE_CHARACTERS] if above else "",
        after=tuple(f"p{number}: {text[:QUOTE_CHARACTERS]}" for number, text in sorted(after.items())),
        counted=counted,
        lists=tuple(lines[one.start].page for one in lists),
        lines_on_last=len(last),
        words_on_last=" / ".join(line.text for line in last)[:QUOTE_CHARACTERS] if len(last) < FEW_LINES else "",
        inside=tuple(f"p{listed[place].page}: {listed[place].text}" for place in second_lists(listed)),
        stray=f"p{odd.page}: {odd.text[:QUOTE_CHARACTERS]}" if odd else "",
        heading=lines[main.start].text if headed else "",
    )


def _quotes(after: list[Line]) -> Iterator[tuple[int, str]]:
    """Each page of what follows with its caption or its first words: ticks of a plot say little."""
    for number in sorted({line.page for line in after}):
        texts = [line.text for line in after if line.page == number]
        words = [text for text in texts if sum(map(str.isalpha, text)) > 2]
        yield number, next((text for text in texts if CAPTION.match(text)), (words or texts)[0])


def _outside(lines: list[Line], lists: list[_List], heads: frozenset[int]) -> list[int]:
    """Places of lines that are in no list; the word of the heading, as running heads have it, is no content."""
    inside = {place for one in lists for place in range(one.start, one.end)}
    return [place for place in range(len(lines)) if place not in inside and place not in heads]


def _lines_on(last: int, outside: list[Line], listed: list[Line], first: int) -> list[Line]:
    """Lines of the last counted page that are no entries: outside all lists, or on a later page of the list."""
    unlike = [line for line in listed if line.page > first and not CUE.search(line.text)]
    return [line for line in (*outside, *unlike) if line.page == last]
