"""The columns of a form's table, by its ruling lines or by the gaps between the words of its head. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from validator.measuring.probes.document_split_lines import Line, line_of, lines_of
from validator.measuring.probes.document_split_places import Box
from validator.measuring.probes.document_split_words import Word

Column = Literal["share", "signature", "date", "id", "other"]

HEADS: tuple[tuple[Column, str], ...] = (
    ("signature", "signature signatures signed sign"),
    ("share", "% percent percentage share split contribution proportion marks mark allocation"),
    ("date", "date dated"),
    ("id", "id ids userid username login email user"),
)
"""Words by which a column is known, the more telling first."""
WIDE = 1.2
"""Type sizes between two words of a table's head from which they stand in two columns."""
NEAR = 2.0
"""Points within which two ruling lines are one."""
EVERYWHERE = 1e6


@dataclass(frozen=True, kw_only=True)
class Span:
    """One column from left to right, in points."""

    kind: Column
    left: float
    right: float


def columns(line: Line, words: Sequence[Word], *, upright: Sequence[Box], level: Sequence[Box]) -> list[Span]:
    """The columns that this line heads; none where it is no head."""
    crossing = _apart(box.left for box in upright if _crosses(box, line))
    if len(crossing) > 2:
        band = _band(line, level)
        inside = [word for word in words if band[0] <= word.baseline <= band[1]]
        return [
            Span(kind=_kind([word for word in inside if left <= _middle(word) < right]), left=left, right=right)
            for left, right in itertools.pairwise(crossing)
        ]
    groups: list[list[Word]] = []
    for word in line.words:
        if groups and word.left - groups[-1][-1].right < WIDE * line.size:
            groups[-1].append(word)
        else:
            groups.append([word])
    if len(groups) < 2:
        return []
    edges = [0.0, *((one[-1].right + two[0].left) / 2 for one, two in itertools.pairwise(groups)), EVERYWHERE]
    return [Span(kind=_kind(group), left=edges[n], right=edges[n + 1]) for n, group in enumerate(groups)]


def rows_between(
    head: Line, words: Sequence[Word], spans: Sequence[Span], *, level: Sequence[Box]
) -> list[tuple[Line, tuple[float, float]]]:
    """The words between each two level ruling lines below the head, with the two; none where these part no rows."""
    found = []
    for bottom, top in itertools.pairwise(rules_below(head, spans, level=level)):
        inside = [word for word in words if bottom <= word.baseline < top]
        numbers = [word for word in inside if kind_at(word, spans) == "share" and re.search(r"\d", word.text)]
        if len(lines_of(numbers)) > 1:  # the lines stand above and below all rows, as in a book
            return []
        if inside:
            found.append((line_of(inside), (bottom, top)))
    return found[::-1]


def rules_below(head: Line, spans: Sequence[Span], *, level: Sequence[Box]) -> list[float]:
    """Where level ruling lines run under the column of shares, from the lowest up."""
    share = next(span for span in spans if span.kind == "share")
    middle = (share.left + min(share.right, share.left + 40.0)) / 2
    return [
        rule for rule in _apart(box.bottom for box in level if box.left <= middle <= box.right) if rule < head.baseline
    ]


def kind_at(word: Word, spans: Sequence[Span]) -> Column:
    """The kind of column that the word stands in."""
    return next((span.kind for span in spans if span.left <= _middle(word) < span.right), "other")


def _kind(words: Sequence[Word]) -> Column:
    parts = {part for word in words for part in re.findall(r"[a-z]+|%", word.text.casefold())}
    return next((kind for kind, heads in HEADS if parts & set(heads.split())), "other")


def _crosses(box: Box, line: Line) -> bool:
    return box.bottom <= line.baseline + line.size / 2 <= box.top


def _band(line: Line, level: Sequence[Box]) -> tuple[float, float]:
    """The level ruling lines under and over a line, or its own height where there are none."""
    under = [box.bottom for box in level if box.bottom <= line.baseline + 0.1 * line.size]
    over = [box.bottom for box in level if box.bottom > line.baseline + 0.1 * line.size]
    own = (line.baseline - 0.5 * line.size, line.baseline + 0.5 * line.size)
    return (max(under), min(over)) if under and over else own


def _apart(places: Iterable[float]) -> list[float]:
    """The places in order, those that are one and the same only once."""
    kept: list[float] = []
    for place in sorted(places):
        if not kept or place - kept[-1] > NEAR:
            kept.append(place)
    return kept


def _middle(word: Word) -> float:
    return (word.left + word.right) / 2
