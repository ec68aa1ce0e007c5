"""Words -> lines of one baseline. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from validator.measuring.probes.document_split_words import Word


@dataclass(frozen=True, kw_only=True)
class Line:
    """Words of one line, from left to right; in points."""

    baseline: float
    size: float
    words: tuple[Word, ...]


def lines_of(words: Sequence[Word]) -> list[Line]:
    """Words of one baseline together, from the top of the page down."""
    grouped: list[list[Word]] = []
    for word in sorted(words, key=lambda one: -one.baseline):
        last = grouped[-1] if grouped else None
        if last is not None and abs(last[0].baseline - word.baseline) <= 0.5 * max(last[0].size, word.size):
            last.append(word)
        else:
            grouped.append([word])
    return [line_of(group) for group in grouped]


def line_of(words: Sequence[Word]) -> Line:
    """These words as one line."""
    return Line(
        baseline=sum(word.baseline for word in words) / len(words),
        size=max(word.size for word in words),
        words=tuple(sorted(words, key=lambda word: word.left)),
    )
