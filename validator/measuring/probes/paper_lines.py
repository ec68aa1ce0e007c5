"""The lines of one page as they are printed: baseline, left edge, size, typeface. Keeps what one reading passes by.

Knows no PDF object; lengths are in units of the page's own space, from its lower left corner.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import hypot
from typing import Any

MOST_FRAGMENTS = 20_000
"""Of one page; a page of text has some hundreds."""
SAME_BASELINE = 0.7
RETURNS = 8
"""A line goes on after so many fragments elsewhere (raised digits, margin numbers); a column beside it later."""
SMALLER = 0.9
"""A number in the margin is set smaller than the line that it numbers, and small capitals than their first letter."""
TURNED = 0.02
"""Text that runs uphill by more than this belongs to a figure, or to a page that is turned."""


def characters(text: str) -> int:
    """How many are no blanks."""
    return len("".join(text.split()))


@dataclass(frozen=True, kw_only=True)
class Fragment:
    """Text in one typeface and size, as it is printed: text matrix and page matrix applied."""

    text: str
    left: float
    baseline: float
    size: float
    face: str

    @cached_property
    def characters(self) -> int:
        """Without blanks."""
        return characters(self.text)


@dataclass(frozen=True, kw_only=True)
class Line:
    """Fragments on one baseline, from left to right, without a number in the margin."""

    baseline: float
    fragments: tuple[Fragment, ...]
    numbered: bool
    """Whether a number stood in the margin before it."""

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.fragments[0].left

    @property
    def text(self) -> str:
        """Its words; small capitals, whose first letter is larger, stay one word."""
        parts = [self.fragments[0].text]
        for before, after in zip(self.fragments, self.fragments[1:], strict=False):
            parts.append("" if _is_same_word(before, after) else " ")
            parts.append(after.text)
        return " ".join("".join(parts).split())

    def characters(self, size: float, tolerance: float) -> int:
        """How many of its characters are printed in that size."""
        return sum(part.characters for part in self.fragments if abs(part.size - size) <= tolerance)


class Places:
    """Keeps the fragments of one page, in the order in which they are drawn."""

    def __init__(self) -> None:
        self._kept: list[Fragment] = []
        self.turned = 0
        """Characters that run in another direction than from left to right."""

    def visit(self, text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:
        """Keep one fragment; pypdf calls this."""
        if not text.strip() or len(self._kept) >= MOST_FRAGMENTS:
            return
        a, b, c, d, e, f = (float(value) for value in tm)
        g, h, i, j, k, m = (float(value) for value in cm)
        across, uphill = a * g + b * i, a * h + b * j
        if across <= 0 or abs(uphill) > TURNED * across:
            self.turned += len(text)
            return
        self._kept.append(
            Fragment(
                text=text.strip("\n"),
                left=e * g + f * i + k,
                baseline=e * h + f * j + m,
                size=float(size) * hypot(c * g + d * i, c * h + d * j),
                face=_face(font),
            )
        )

    def lines(self) -> list[Line]:
        """In the order in which they are drawn, which is that of reading: column by column."""
        rows: list[list[Fragment]] = []
        last: list[int] = []
        for place, part in enumerate(self._kept):
            row = next(
                (
                    n
                    for n in range(len(rows) - 1, max(len(rows) - RETURNS - 2, -1), -1)
                    if _goes_on(rows[n], part, place - last[n])
                ),
                None,
            )
            if row is None:
                rows.append([part])
                last.append(place)
            else:
                rows[row].append(part)
                last[row] = place
        return [line_of(row) for row in rows]


def _goes_on(row: list[Fragment], part: Fragment, ago: int) -> bool:
    return ago <= RETURNS and abs(row[0].baseline - part.baseline) <= SAME_BASELINE


def moved(lines: Iterable[Line], *, left: float, bottom: float, scale: float) -> list[Line]:
    """The same lines in points from the corner of the page: a page's corner may be elsewhere, its unit not a point."""
    return [
        Line(
            baseline=(line.baseline - bottom) * scale,
            numbered=line.numbered,
            fragments=tuple(
                Fragment(
                    text=part.text,
                    left=(part.left - left) * scale,
                    baseline=(part.baseline - bottom) * scale,
                    size=part.size * scale,
                    face=part.face,
                )
                for part in line.fragments
            ),
        )
        for line in lines
    ]


def line_of(row: Sequence[Fragment]) -> Line:
    """The fragments of one line in their places; a smaller number before or after them stands in the margin."""
    parts = sorted(row, key=lambda part: part.left)
    before = len(parts) > 1 and _is_margin_number(parts[0], parts[1])
    kept = parts[before:]
    after = len(kept) > 1 and _is_margin_number(kept[-1], kept[-2])
    kept = kept[: len(kept) - after]
    return Line(baseline=row[0].baseline, fragments=tuple(kept), numbered=before or after)


def _is_margin_number(part: Fragment, beside: Fragment) -> bool:
    return part.text.strip().isdigit() and part.size < SMALLER * beside.size


def _face(font: Any) -> str:
    """The name of a typeface without the letters that mark a subset of it."""
    name = font.get("/BaseFont") if isinstance(font, Mapping) else None
    text = str(name or "").removeprefix("/")
    head, plus, rest = text.partition("+")
    return rest if plus and len(head) == 6 and head.isupper() else text


def _is_same_word(before: Fragment, after: Fragment) -> bool:
    """A capital and the smaller capitals after it."""
    if before.text[-1:].isspace() or after.text[:1].isspace():
        return False
    return before.text[-1:].isupper() and after.text[:1].isupper() and after.size < SMALLER * before.size
