"""Whether a line below the entries of a list stands apart from them, by how it is set: its gap, size, weight, label.

Says nothing of words. A line that starts an entry, or that entries follow, never stands apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from validator.measuring.probes.paper_cues import AUTHORS, is_list
from validator.measuring.probes.paper_text import Line

LABELLED = re.compile(r"^(?:\[[^\]]{1,12}\]|\(?\d{1,3}[.)](?!\d)|[\u2022\u25aa\u25e6\u2023\u2013*-]\s)")
"""The label of an entry."""
LINK = re.compile(r"^(?:https?:|www\.)")
CLOSED = re.compile(r"(?:[.!?)\]\d/\u201d\"']|(?:https?:|www\.)\S+)$")
"""How the last line of an entry ends."""
FOOTNOTE = re.compile(r"^(?:\d{1,2}|[*\u2217\u2020\u2021])\s?[^\W\d_]")
LOOKED_AT = 8
"""Lines after a title that say what it is the title of."""
LEAST_ENTRIES = 3
"""Fewer entries say less of how a list is set, so that two signs must agree."""
USUAL_SHARE = 0.8
"""So many of the lines, or of the entries, make what they have in common the rule of the list."""
WIDER, WIDER_POINTS = 1.25, 3.0
"""A gap is wider than those between entries by this factor, and by so many points."""
FAR = 1.6
"""A gap that is wider by this factor is a sign more."""
FOOT_POINTS = 200.0
"""Over the lower edge of the page: no margin below the text is as wide."""
NEAR_POINTS = 0.35
"""Sizes and gaps that differ by less are the same."""


class Apart:
    """How the entries of one list are set, and which line of it ends them."""

    def __init__(self, listed: Sequence[Line]) -> None:
        self._listed = listed
        self._gaps = [0.0, *(_gap(before, line) for before, line in pairwise(listed))]
        steps = [gap for gap in self._gaps if gap > 0]
        self._leading = sorted(steps)[len(steps) // 5] if steps else 0.0
        labels = _alike([place for place, line in enumerate(listed) if LABELLED.match(line.text)], listed)
        names = [place for place, line in enumerate(listed) if AUTHORS.match(line.text) or LINK.match(line.text)]
        named = [self._gaps[place] for place in names if self._gaps[place] > 0]
        self._least_gap = min(median(named), 1.2 * self._leading) - NEAR_POINTS if named else 0.0
        among_labels = sum(place <= labels[-1] for place in names) if labels else 0
        self._labelled = len(labels) >= max(LEAST_ENTRIES, among_labels * USUAL_SHARE)
        named_starts = {place for place in names if self._may_start(place)}
        self._starts = labels if self._labelled else sorted(named_starts.union(labels))
        if len(self._starts) < LEAST_ENTRIES:
            self._starts = self._paragraphs_of_list() or self._starts
        among = range(self._starts[-1] + 1) if self._starts else range(0)
        self._inside = sorted(set(among) - set(self._starts) - {0})
        self._sizes = [listed[n].typed.size for n in among if listed[n].typed.size]
        self._size = _usual(self._sizes)
        # Nothing that also stands among the entries sets a line apart.
        self._plain = not any(listed[n].typed.led or listed[n].typed.bold for n in among)
        self._paragraphs = any(self._gaps[n] > self._leading + 1.0 for n in self._inside)

    def place(self) -> int | None:
        """Index of the first line after the last entry that stands apart; None when there is none or it is not told."""
        if not self._starts or not self._leading:
            return None
        least = 1 if len(self._starts) >= LEAST_ENTRIES else 2
        rest = range(self._starts[-1] + 1, len(self._listed))
        return next((place for place in rest if self._signs(place) >= least), None)

    def _paragraphs_of_list(self) -> list[int]:
        """Places of the lines that start paragraphs alike, where entries have neither labels nor names in front."""
        wide = [gap for gap in self._gaps if gap > self._leading + 1.0]
        most = WIDER * median(wide) if len(wide) >= LEAST_ENTRIES else 0.0
        return [n for n, gap in enumerate(self._gaps) if self._leading + 1.0 < gap <= most]

    def is_wrapped(self, place: int) -> bool:
        """Whether a line goes on what the line above it began: it follows it as closely as lines of one entry do."""
        entry_gap = self._entry_gap(self._listed[place].page)
        return 0 < self._gaps[place] <= self._leading + 1.0 < entry_gap

    def _may_start(self, place: int) -> bool:
        """Whether a line could be the first of an entry by the gap above it; names may also start a wrapped line."""
        return self._gaps[place] <= 0 or self._gaps[place] >= self._least_gap

    def _signs(self, place: int) -> int:
        """How many things set a line apart: its weight, its size, that it has no label, the gap above it."""
        line, gap = self._listed[place], self._gaps[place]
        typed = line.typed
        if not typed.size or (self._is_smaller(line) and FOOTNOTE.match(line.text)):
            return 0
        entry_gap = self._entry_gap(line.page)
        starts = gap <= 0 or gap >= entry_gap - NEAR_POINTS
        rest = [one.text for one in self._listed[place + 1 : place + 1 + LOOKED_AT]]
        widest = max([entry_gap, *(self._gaps[n] for n in self._inside if self._listed[n].page == line.page)])
        signs = (
            self._plain and (typed.bold or typed.led) and line.text[:1].isalpha() and not is_list(rest),
            starts and self._size > 0 and all(abs(typed.size - size) > 2 * NEAR_POINTS for size in self._sizes),
            starts and self._labelled and gap > self._leading + 1.0 and not self._paragraphs,
            gap > max(WIDER * widest, widest + WIDER_POINTS),
            gap > FAR * widest,
            *[self._breaks_off(place)] * 2,
        )
        return sum(signs)

    def _breaks_off(self, place: int) -> bool:
        """Whether a page or a column was left long before its foot, and the next begins with words of its own."""
        before, line = self._listed[place - 1], self._listed[place]
        left = before.page != line.page or before.typed.height < line.typed.height
        early = left and before.typed.height > FOOT_POINTS
        ended = CLOSED.search(before.text) is not None
        return early and ended and not line.text[:1].islower()

    def _is_smaller(self, line: Line) -> bool:
        return bool(self._size) and line.typed.size < self._size - NEAR_POINTS

    def _entry_gap(self, page: int) -> float:
        """The widest gap above an entry on a page, or in the whole list where the page has none."""
        gaps = [(self._listed[n].page, self._gaps[n]) for n in self._starts if self._gaps[n] > 0]
        own = [gap for number, gap in gaps if number == page]
        return max(own or [gap for _, gap in gaps], default=self._leading)


def _alike(labels: Sequence[int], listed: Sequence[Line]) -> list[int]:
    """Those that are written as the first is: `[1]`, `(1)` or `1.`."""
    kinds = [listed[place].text[:1] if not listed[place].text[:1].isdigit() else "1" for place in labels]
    return [place for place, kind in zip(labels, kinds, strict=True) if kind == kinds[0]]


def _gap(before: Line, line: Line) -> float:
    """How far a line is below the one before; 0 at the top of a page or a column, or where it is not told."""
    if before.page != line.page or not (before.typed.height and line.typed.height):
        return 0.0
    return max(0.0, before.typed.height - line.typed.height)


def _usual(sizes: Sequence[float]) -> float:
    """The size that nearly all have; 0 when they differ."""
    if not sizes:
        return 0.0
    middle = median(sizes)
    alike = sum(abs(size - middle) <= NEAR_POINTS for size in sizes)
    return middle if alike >= USUAL_SHARE * len(sizes) else 0.0
