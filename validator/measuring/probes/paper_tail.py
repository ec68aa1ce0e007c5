"""Where a list of references ends, and what stands inside it that is no entry: lines in, places out.

A list ends at the title of another part (by its words, or by how it is set), or where running text takes over.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from validator.measuring.probes.paper_apart import LOOKED_AT, Apart
from validator.measuring.probes.paper_cues import (
    ENTRY_SHARE,
    entry_share,
    is_ending,
    is_entry_line,
    is_list,
    is_prose,
    is_row,
    is_second_list,
    may_be_title,
)
from validator.measuring.probes.paper_text import Line
from validator.measuring.probes.paper_words import CAPTION, CUE, LETTER_TITLE

OTHER_SHARE = 0.18
"""A page after the heading with a smaller share of lines that look like entries holds something else."""
LARGER_POINTS = 1.0
"""A title is set so much larger than the entries."""
TITLE_GAP = 1.35
"""Or it stands so many leadings below the line before."""
PROSE_LINES, PROSE_BLOCK = 3, 6
"""Running text is known by so many lines, and must stay running text for so many, where there are more."""
SHORT_CHARACTERS = 40
TABLE_ROWS = 3
"""So many rows one after another are a table, or the ticks of a plot."""
STRAY_LINES = 10
"""So many lines in a row without a cue inside the list may be something else."""


class Set:
    """How the entries of one list are set: their size, their weight, their leading; zeros where it is not told."""

    def __init__(self, listed: Sequence[Line]) -> None:
        entries = [line.typed for line in listed if line.typed.size and CUE.search(line.text)][:40]
        self.size = median([one.size for one in entries]) if entries else 0.0
        self.bold = sum(one.bold for one in entries) > len(entries) / 3
        pairs = pairwise(listed)
        steps = [a.typed.height - b.typed.height for a, b in pairs if a.page == b.page and b.typed.height]
        self.leading = median([step for step in steps if step > 0] or [0.0])

    def stands_out(self, line: Line, before: Line | None) -> bool | None:
        """Whether the line is set as a title among them; None where that is not told."""
        if not (self.size and line.typed.size):
            return None
        if line.typed.size >= self.size + LARGER_POINTS or (line.typed.bold and not self.bold):
            return True
        if before is None or before.page != line.page or not self.leading:
            return None
        return before.typed.height - line.typed.height > 2 * TITLE_GAP * self.leading


def end_of(listed: Sequence[Line]) -> int:
    """Index of the first line that is no longer part of the list; its length when all of it is."""
    look = Set(listed)
    apart = Apart(listed)
    place = apart.place()
    end = len(listed) if place is None else place
    return next((place for place in range(end) if _is_end(listed, place, look, apart)), end)


def _is_end(listed: Sequence[Line], place: int, look: Set, among: Apart) -> bool:
    line, before = listed[place], listed[place - 1] if place else None
    rest = [one.text for one in listed[place + 1 : place + 1 + LOOKED_AT]]
    apart = look.stands_out(line, before)
    if is_ending(line.text):
        return apart is not False or not is_list(rest)
    if place and CUE.search(line.text) is None and may_be_title(line.text):
        larger = bool(look.size) and line.typed.size >= look.size + LARGER_POINTS
        lettered = apart is None and LETTER_TITLE.match(line.text) is not None and is_prose(rest[:4])
        titled = larger or lettered or (apart and line.typed.bold)
        if titled and not is_list(rest):
            return True
    return _is_running_text(listed, place, among)


def _is_running_text(listed: Sequence[Line], place: int, among: Apart) -> bool:
    """Whether running text starts here and the list does not go on after it."""
    block = [one.text for one in listed[place : place + PROSE_BLOCK]]
    if not is_prose(block[:1]) or not is_prose(block[:PROSE_LINES]) or not is_prose(block):
        return False
    marked = sum(map(is_entry_line, block))
    if len(block) < PROSE_LINES:  # the last words of the document
        return marked == 0 and len(block[0]) > SHORT_CHARACTERS and not among.is_wrapped(place)
    if marked > len(block) / 2:
        return False
    later = [one.text for one in listed[place + PROSE_BLOCK :]]
    return not any(
        entry_share(later[n : n + LOOKED_AT]) >= ENTRY_SHARE and not is_prose(later[n : n + LOOKED_AT])
        for n in range(0, len(later), LOOKED_AT)
    )


def others(listed: Sequence[Line], first: int) -> dict[int, str]:
    """Pages of the list that bear a caption, a table, or, after the first page, hardly any entry; with a quote each."""
    found: dict[int, str] = {}
    for number in sorted({line.page for line in listed}):
        texts = [line.text for line in listed if line.page == number]
        caption = next((text for text in texts if CAPTION.match(text)), None)
        if caption is not None:
            found[number] = caption
        elif (row := _first_row(texts)) is not None:
            found[number] = row
        elif number > first and entry_share(texts) < OTHER_SHARE:
            found[number] = texts[0]
    return found


def _first_row(texts: Sequence[str]) -> str | None:
    """The first row of a table among these lines."""
    run = 0
    for place, text in enumerate(texts):
        run = run + 1 if is_row(text) else 0
        if run == TABLE_ROWS:
            return texts[place - TABLE_ROWS + 1]
    return None


def second_lists(lines: Sequence[Line]) -> list[int]:
    """Places of titles of further lists, such as `Further reading`, that something like entries follows."""
    look = Set(lines)
    found = []
    for place, line in enumerate(lines):
        rest = [one.text for one in lines[place + 1 : place + 1 + LOOKED_AT]]
        before = lines[place - 1] if place else None
        if is_second_list(line.text) and look.stands_out(line, before) is not False and is_list(rest):
            found.append(place)
    return found


def stray(listed: Sequence[Line]) -> Line | None:
    """The first line of a long run without any cue, or of running text that entries follow."""
    run: list[Line] = []
    for line in listed:
        run = [] if is_entry_line(line.text) else [*run, line]
        if len(run) >= STRAY_LINES or (len(run) >= PROSE_LINES and is_prose([one.text for one in run[-PROSE_LINES:]])):
            return run[0]
    return None
