"""The table of a mark split: which column is which, which rows are members, where each signature belongs.

Pure: words and ruling lines in, rows out. Knows no total that shares should have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from validator.measuring.probes.document_split_columns import Span, columns, kind_at, rows_between, rules_below
from validator.measuring.probes.document_split_lines import Line, lines_of
from validator.measuring.probes.document_split_places import Box
from validator.measuring.probes.document_split_words import Word

NUMBER = re.compile(r"(\d{1,3}(?:[.,]\d{1,3})?)(?:/100)?")
FRACTIONS = {"¼": ".25", "½": ".5", "¾": ".75", "⅓": ".333", "⅔": ".667"}
TOTALS = ("total", "sum")
SENTENCE = 4
"""Words from which a line under a table without ruling lines is a sentence, and the table at its end."""
TALLEST = 60.0
"""Points: a row without ruling lines is no higher."""
EDGE = 1.5
"""Points left free beside ruling lines."""
UNBOUNDED, USUAL_COLUMN = 1e5, 150.0


@dataclass(frozen=True, kw_only=True)
class Row:
    """One member's row."""

    user: str
    """The user id; empty where none stands in the row."""
    share: float | None
    """In per cent; None where the row says none."""
    cell: Box | None
    """Where the signature belongs; None where no column is for it."""
    typed: bool
    """Whether words stand in that place."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """The rows, from top to bottom, and the total that the form itself states."""

    rows: tuple[Row, ...] = ()
    stated_total: float | None = None

    @property
    def shares(self) -> int:
        """How many rows say a share."""
        return sum(row.share is not None for row in self.rows)


def table_of(words: Sequence[Word], *, level: Sequence[Box], upright: Sequence[Box], pattern: re.Pattern[str]) -> Table:
    """The table under the line that heads a column of shares with the most numbers in it; no rows where none does."""
    lines = lines_of(words)
    best = Table()
    for line in lines:
        spans = columns(line, words, upright=upright, level=level)
        kinds = [span.kind for span in spans]
        if "share" not in kinds:
            continue
        found = _table(line, lines, spans, words, level=level, pattern=pattern)
        if found.shares > best.shares or (not best.rows and "signature" in kinds):
            best = found
    return best


def _table(
    head: Line,
    lines: Sequence[Line],
    spans: Sequence[Span],
    words: Sequence[Word],
    *,
    level: Sequence[Box],
    pattern: re.Pattern[str],
) -> Table:
    ruled = rows_between(head, words, spans, level=level)
    rules = rules_below(head, spans, level=level)
    lowest = rules[0] if len(rules) > 1 else 0.0
    below = [line for line in lines if lowest < line.baseline < head.baseline - 0.5 * head.size]
    rows: list[Row] = []
    total = None
    for line, band in ruled or _free(head, below):
        share = _share(line, spans)
        if any(re.sub(r"\W", "", word.text.casefold()) in TOTALS for word in line.words):
            total = share if share is not None else total
            continue
        row = _row(line, spans, band, share, pattern)
        if row is not None:
            rows.append(row)
        elif rows and not ruled and len(line.words) >= SENTENCE:
            break
    return Table(rows=tuple(rows), stated_total=total)


def _free(head: Line, lines: Sequence[Line]) -> Iterator[tuple[Line, tuple[float, float]]]:
    """Lines with bottom and top of their rows, halfway to their neighbours."""
    baselines = [head.baseline, *(line.baseline for line in lines)]
    for number, line in enumerate(lines):
        above = baselines[number]
        below = baselines[number + 2] if number + 2 < len(baselines) else line.baseline - 2 * line.size
        top = line.baseline + min((above - line.baseline) / 2 + line.size / 2, TALLEST / 2)
        yield line, (line.baseline - min((line.baseline - below) / 2, TALLEST / 2), top)


def _row(
    line: Line, spans: Sequence[Span], band: tuple[float, float], share: float | None, pattern: re.Pattern[str]
) -> Row | None:
    """The member's row of this line; None for a line that is something else, or an empty row."""
    user = next((name for word in line.words if (name := user_in(word.text, pattern))), "")
    named = any(kind_at(word, spans) in ("id", "other") for word in line.words)
    if not user and (share is None or not named):
        return None
    place = next((span for span in spans if span.kind == "signature"), None)
    cell = None
    if place is not None:
        right = place.right if place.right < UNBOUNDED else place.left + USUAL_COLUMN
        cell = Box(left=place.left + EDGE, bottom=band[0] + EDGE, right=right - EDGE, top=band[1] - EDGE)
    typed = any(kind_at(word, spans) == "signature" and word.text.strip("._-… ") for word in line.words)
    return Row(user=user, share=share, cell=cell, typed=typed)


def _share(line: Line, spans: Sequence[Span]) -> float | None:
    """The number in the column of shares, where nothing else stands there."""
    return share_in("".join(word.text for word in line.words if kind_at(word, spans) == "share"))


def share_in(text: str) -> float | None:
    """The number of these words, where nothing else stands among them; in per cent."""
    text = re.sub(r"\s", "", text)
    for sign, digits in FRACTIONS.items():
        text = text.replace(sign, digits)
    found = NUMBER.fullmatch(text.replace("%", "").strip(" _:"))
    value = float(found[1].replace(",", ".")) if found else None
    return value if value is not None and value <= 100 else None


def user_in(word: str, pattern: re.Pattern[str]) -> str:
    """The user id that a word is, also as an address; empty where it is none."""
    name = word.split("@", maxsplit=1)[0].strip("()[]<>,;:.").lower()
    return name if len(name) <= 64 and pattern.fullmatch(name) else ""
