"""Which part of the data a number is of: train, test or validation, as the words around it say."""

from __future__ import annotations

import re
from collections.abc import Sequence

from validator.measuring.probes.claims_cues import PARTS
from validator.measuring.probes.claims_matching import Match
from validator.measuring.probes.claims_numbers import Number

BEHIND = re.compile(
    r"\s{0,2}\(?(?:on|for|in)\s(?:the\s)?(?P<part>train(?:ing)?|test(?:ing)?)\b|\s\((?P<bare>train(?:ing)?|test(?:ing)?)\)"
)
"""A part that is named after its number: `95.1% on the training set`."""
ADJACENT = re.compile(rf"(?:{PARTS.pattern})\s(?:(?:mean|average|final|set|data)\s)*$", re.IGNORECASE)
"""A part that is named right before the noun."""
DIGIT = re.compile(r"\d")


def part_of(text: str, match: Match) -> str:
    """Train, test or validation, as said between noun and number, beside either, or anywhere in the sentence."""
    if match.part:
        return match.part
    first, last = sorted((match.cue, (match.number.start, match.number.end)))
    before = DIGIT.split(text[max(0, first[0] - 26) : first[0]])[-1]
    behind = BEHIND.match(text, last[1])
    if behind and not ADJACENT.search(before) and not PARTS.search(text[first[0] : last[1]]):
        return name(behind["part"] or behind["bare"])
    windows = before + text[first[0] : last[1]], text[last[1] : last[1] + 45]
    nearest = _nearest(windows[0], after=False), _nearest(windows[1].split(";")[0], after=True)
    said = {name(part[0]) for part in PARTS.finditer(text)}
    return nearest[0] or nearest[1] or (said.pop() if len(said) == 1 else "")


def _nearest(window: str, *, after: bool) -> str:
    parts = [
        part
        for part in PARTS.finditer(window)
        if not after or re.search(r"\b(?:on|for|in|over)\b", window[: part.start()])
    ]
    return name(parts[0 if after else -1][0]) if parts else ""


def part_behind(text: str, number: Number) -> str:
    """The part that is named right behind the number."""
    behind = BEHIND.match(text, number.end)
    return name(behind["part"] or behind["bare"]) if behind else ""


def part_before(text: str, found: Sequence[Number], place: int) -> str:
    """The part that is named between the number before this one and this one."""
    start = found[place - 1].end if place else 0
    parts = list(PARTS.finditer(text[max(start, found[place].start - 30) : found[place].start]))
    return name(parts[-1][0]) if parts else ""


def name(word: str) -> str:
    """`train`, `test` or `validation`."""
    low = word.lower()
    return "train" if low.startswith("train") else "test" if low.startswith("test") else "validation"
