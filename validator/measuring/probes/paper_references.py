"""Where the references of a paper start and end, and which pages hold anything else: lines in, facts out.

Knows no PDF and no page limit. The order of work: drop furniture, find heading lines that entries follow, else a
`[1] [2] [3]` without a heading, then look for what comes after the list.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from validator.measuring.probes.paper_words import CAPTION, CUE, ENDINGS, HEADINGS, LETTERED, NUMBERING, TAIL

Confidence = Literal["high", "low", "none"]

WINDOW_LINES = 30
"""How many lines after a heading are weighed."""
ENTRY_SHARE = 0.25
MEASURE_CHARACTERS, SHORTEST_CHARACTERS = 70, 35
"""Characters of a full line in one column, and the least that a line is taken for."""
SHORT_LIST_LINES = 8
SHORT_LIST_SHARE = 0.4
"""A list may be short and followed by other text: then its first lines alone must look like entries."""
UNHEADED_SHARE = 0.35
OTHER_SHARE = 0.18
"""A page after the heading with a smaller share of lines that look like entries holds something else."""
BARE_LINES = 40
"""A heading that nothing like an entry follows is believed, with doubt, when this little text is left."""
STRAY_LINES = 10
"""So many lines in a row without a cue inside the list may be something else, such as biographies."""
EDGE_LINES = 3
QUOTE_CHARACTERS = 80


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
    stray: str = ""
    """`p5: ...`, where a long run of lines inside the list looks unlike entries; not counted."""
    heading: str = ""
    """The heading line as it stands on the page; empty when the list has none."""


@dataclass(frozen=True, kw_only=True)
class _Line:
    page: int
    text: str


def references(pages: Sequence[Sequence[str]]) -> References:
    """Find the list of references in the lines of each page, top to bottom."""
    lines = [_Line(page=number, text=text) for number, page in enumerate(without_furniture(pages), 1) for text in page]
    start, confidence, lists = _start(lines)
    if start is None:
        return _none(lines, len(pages))
    return _counted(lines, start, confidence, lists)


def without_furniture(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """Lines without running heads, page numbers and margin numbers."""
    cleaned = [[line.strip() for line in page if line.strip()] for page in pages]
    seen: Counter[str] = Counter()
    for page in cleaned:
        seen.update({_masked(line) for line in (*page[:EDGE_LINES], *page[-EDGE_LINES:])})
    least = max(2, (len(pages) + 1) // 2)
    furniture = {line for line, times in seen.items() if times >= least}
    return [_body_lines(page, furniture) for page in cleaned]


def is_heading(line: str) -> bool:
    """Whether a line is nothing but the title of a list of references, however it is numbered or spaced."""
    return any(form in HEADINGS for form in _forms(line))


def entry_share(lines: Sequence[str]) -> float:
    """Marks of reference entries (a year, a venue, a link, `[n]`) for each line of a full measure.

    In a narrow column an entry takes twice the lines with the same marks, so short lines weigh less.
    """
    full_lines = sum(min(1.0, max(len(line), SHORTEST_CHARACTERS) / MEASURE_CHARACTERS) for line in lines)
    return min(1.0, sum(CUE.search(line) is not None for line in lines) / full_lines) if lines else 0.0


def _none(lines: list[_Line], pages: int) -> References:
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


def _masked(line: str) -> str:
    return re.sub(r"\d+", "#", line)


def _body_lines(page: list[str], furniture: set[str]) -> list[str]:
    """A running head that says `References` stays: what follows it tells it from a heading."""
    last = len(page) - EDGE_LINES
    return [
        line
        for place, line in enumerate(page)
        if is_heading(line)
        or not (line.isdigit() or ((place < EDGE_LINES or place >= last) and _masked(line) in furniture))
    ]


def _forms(line: str) -> tuple[str, ...]:
    """The line without white space and trailing marks, with and without its numbering; empty when it is too long."""
    if len(line) > 80:
        return ()
    folded = unicodedata.normalize("NFKC", line).casefold()
    squeezed = (re.sub(r"\s+", "", text) for text in (folded, NUMBERING.sub("", folded, count=1)))
    return tuple(TAIL.sub("", text) for text in squeezed if len(text) < 40)


def _is_ending(line: str) -> bool:
    """Whether a line is the title of something after the list, and not a wrapped line of an entry."""
    sentence = line.endswith((",", ";")) or (line.endswith(".") and len(line.split()) > 4)
    if len(line) > 60 or sentence or line[:1].islower() or CUE.search(line):
        return False
    return LETTERED.match(line) is not None or any(form.startswith(ENDINGS) for form in _forms(line))


def _start(lines: list[_Line]) -> tuple[int | None, Confidence, tuple[int, ...]]:
    """Index of the line that starts the last list, how sure that is, and the pages of all lists."""
    headings = [place for place, line in enumerate(lines) if is_heading(line.text)]
    accepted = [place for place in headings if _is_followed(lines, place)]
    if accepted:
        start = accepted[-1]
        others: list[int] = []
        for place in reversed(accepted[:-1]):
            between = [line.text for line in lines[place + 1 : start] if not is_heading(line.text)]
            if not others and (not between or entry_share(between) >= ENTRY_SHARE):
                start = place
            else:
                others.append(lines[place].page)
        return start, "high", (*reversed(others), lines[start].page)
    unheaded = _unheaded(lines)
    if unheaded is not None:
        return unheaded, "low", (lines[unheaded].page,)
    if headings and len(lines) - headings[-1] - 1 <= BARE_LINES:
        return headings[-1], "low", (lines[headings[-1]].page,)
    return None, "none", ()


def _is_followed(lines: list[_Line], heading: int) -> bool:
    """Whether what follows a heading, up to the next known title, looks like entries."""
    rest = [line.text for line in lines[heading + 1 :] if not is_heading(line.text)]
    window = rest[:WINDOW_LINES]
    end = next((place for place, line in enumerate(window) if _is_ending(line)), None)
    window = window[:end]
    few = len(window) <= 4 and (end is not None or len(rest) <= 4)
    dense = entry_share(window[:SHORT_LIST_LINES]) >= SHORT_LIST_SHARE
    return entry_share(window) >= ENTRY_SHARE or dense or (few and entry_share(window) > 0)


def _unheaded(lines: list[_Line]) -> int | None:
    """The last place where `[1]`, `[2]`, `[3]` start lines in this order, close together, among entries."""
    for place in reversed(range(len(lines))):
        if not lines[place].text.startswith("[1]"):
            continue
        second = _starts(lines, "[2]", place)
        third = _starts(lines, "[3]", second) if second is not None else None
        window = [line.text for line in lines[place : place + WINDOW_LINES]]
        if third is not None and entry_share(window) >= UNHEADED_SHARE:
            return place
    return None


def _starts(lines: list[_Line], mark: str, place: int) -> int | None:
    return next((n for n in range(place + 1, min(place + 11, len(lines))) if lines[n].text.startswith(mark)), None)


def _counted(lines: list[_Line], start: int, confidence: Confidence, lists: tuple[int, ...]) -> References:
    """Which pages hold anything but entries, and what that is."""
    page = lines[start].page
    headed = is_heading(lines[start].text)
    above = [line.text for line in lines[:start] if line.page == page and not is_heading(line.text)]
    listed = lines[start + headed :]
    end = next((place for place, line in enumerate(listed) if _is_ending(line.text)), len(listed))
    after = _others(listed[:end], page)
    for line in listed[end:]:
        after.setdefault(line.page, line.text)
    counted = frozenset(range(1, page)) | ({page} if above else frozenset()) | frozenset(after)
    return References(
        page=page,
        confidence=confidence,
        above=above[0][:QUOTE_CHARACTERS] if above else "",
        after=tuple(f"p{number}: {text[:QUOTE_CHARACTERS]}" for number, text in sorted(after.items())),
        counted=counted,
        lists=lists,
        lines_on_last=_lines_on_last(lines[:start], listed, end, counted),
        stray=_stray(listed[:end]),
        heading=lines[start].text if headed else "",
    )


def _others(listed: list[_Line], first: int) -> dict[int, str]:
    """Pages of the list that bear a caption, or, after the first page, hardly any entry; with a quote of each."""
    found: dict[int, str] = {}
    for number in sorted({line.page for line in listed}):
        texts = [line.text for line in listed if line.page == number]
        caption = next((text for text in texts if CAPTION.match(text)), None)
        if caption is not None:
            found[number] = caption
        elif number > first and entry_share(texts) < OTHER_SHARE:
            found[number] = texts[0]
    return found


def _lines_on_last(before: list[_Line], listed: list[_Line], end: int, counted: frozenset[int]) -> int:
    """Lines of the last counted page that are no entries: before the list, after its end, or on a later page."""
    last = max(counted, default=0)
    first = listed[0].page if listed else 0
    unlike = [line for n, line in enumerate(listed) if n >= end or (line.page > first and not CUE.search(line.text))]
    return sum(line.page == last for line in (*before, *unlike))


def _stray(listed: list[_Line]) -> str:
    """The first line of a long run without any cue; such a run may be biographies or notes."""
    run: list[_Line] = []
    for line in listed:
        run = [] if CUE.search(line.text) else [*run, line]
        if len(run) >= STRAY_LINES:
            return f"p{run[0].page}: {run[0].text[:QUOTE_CHARACTERS]}"
    return ""
