"""Which number of a sentence belongs to which noun: `98,442 parameters`, `accuracy (mean and std) of 91.7 +- 0.8 %`.

Knows the order of words only; what a number is worth, and of which model, is told elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from validator.measuring.probes.claims_numbers import Number, numbers
from validator.measuring.probes.claims_words import AFTER_CUE, BEFORE_CUE, COUNTED, CUES, LABELLED, PAIR, PARTS

BEFORE = {kind: frozenset(words.lower().split()) for kind, words in BEFORE_CUE.items()}
AFTER = {kind: frozenset(words.lower().split()) for kind, words in AFTER_CUE.items()}
_LINKS = ": = is was were are of equals equal reaches reached reaching achieves achieved obtained \u2193 \u2191 at"
LINKING = frozenset(_LINKS.split())
"""One of these between noun and number says that the number is the noun's."""
TOKEN = re.compile(r"\+/?[-\u2212]|[A-Za-z\u00c0-\u00ff][\w\u00c0-\u00ff'-]{0,30}|\S")
CHAIN = re.compile(
    r"[\s,/;&()%]{0,4}(?:(?:and|or|to|for|on|the|train(?:ing)?|test(?:ing)?|set|data|respectively)\b[\s,:/()]{0,3}){0,7}"
)
SEPARATOR = re.compile(r"[,/;&]|\b(?:and|or|to)\b")
BEHIND = re.compile(
    r"\s{0,2}\(?(?:on|for|in)\s(?:the\s)?(?P<part>train(?:ing)?|test(?:ing)?)\b|\s\((?P<bare>train(?:ing)?|test(?:ing)?)\)"
)
"""A part that is named after its number: `95.1% on the training set`."""
REACH_TOKENS, LABEL_CHARACTERS = 18, 24
BETWEEN = frozenset("()|$[]~\u2248>-\u2013:") | {"mean", "average", "value", "score"}
NUMBER_FIRST = frozenset({"parameters", "steps"})
"""Whose number mostly stands before the noun."""
DIGIT = re.compile(r"\d")
SEVERAL = "several-values"


@dataclass(frozen=True, kw_only=True)
class Match:
    """One number and the noun it belongs to."""

    kind: str
    number: Number
    cue: tuple[int, int]
    part: str = ""
    """`train`, `test` or `validation`, where a pair of them stands before a pair of numbers."""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Cue:
    kind: str
    start: int
    end: int


def matches(text: str) -> list[Match]:
    """Numbers with their nouns, in reading order; a number belongs to one noun at most."""
    found = numbers(text)
    cues = sorted(
        (_Cue(kind=kind, start=m.start(), end=m.end()) for kind, words in CUES.items() for m in words.finditer(text)),
        key=lambda cue: cue.start,
    )
    if not found or not cues:
        return []
    reader = _Reader(text, found)
    taken: dict[int, Match] = {}
    for cue in cues:
        for place in reader.places(cue, taken):
            taken.setdefault(place, Match(kind=cue.kind, number=found[place], cue=(cue.start, cue.end)))
    return [match for _, match in sorted(_chained(text, found, taken, reader.skipped).items())]


class _Reader:
    """Walks from a noun to the numbers beside it, over words that may stand there."""

    def __init__(self, text: str, found: Sequence[Number]) -> None:
        self.text = text
        self.found = found
        self.starts = {number.start: place for place, number in enumerate(found)}
        self.skipped = {place for place, number in enumerate(found) if _is_counted(text, number)}

    def places(self, cue: _Cue, taken: dict[int, Match]) -> list[int]:
        """The number that is the noun's: before it where nothing else has that, else after it."""
        before = self._before(cue)
        after, linked = self._after(cue)
        if before is not None and before not in taken and _fits(cue.kind, self.found[before]):
            return [before]
        if after is not None and after not in taken and (linked or self._is_next(cue, after)):
            return [after]
        return []

    def _before(self, cue: _Cue) -> int | None:
        for place in range(len(self.found) - 1, -1, -1):
            number = self.found[place]
            if number.end > cue.start:
                continue
            gap = self.text[number.end : cue.start]
            words = [token.lower() for token in TOKEN.findall(gap)] if len(gap) < 60 else ["..."]
            allowed = BEFORE[cue.kind] | {"-"} if cue.kind in NUMBER_FIRST else BEFORE[cue.kind]
            near = place not in self.skipped and all(word in allowed for word in words)
            return place if near else None
        return None

    def _after(self, cue: _Cue) -> tuple[int | None, bool]:
        """The number after the noun, and whether a linking word stands between; None where other words do."""
        at, linked = cue.end, False
        for _ in range(REACH_TOKENS):
            at += len(self.text[at : at + 8]) - len(self.text[at : at + 8].lstrip())
            place = self.starts.get(at)
            if place is not None and place not in self.skipped:
                return place, linked
            if place is not None:
                at = self.found[place].end
                counted = COUNTED.match(self.text, at)
                at = counted.end() if counted else at
                continue
            token = TOKEN.match(self.text, at)
            if token is None or token[0].lower() not in AFTER[cue.kind]:
                return None, False
            linked |= token[0].lower() in LINKING
            at = token.end()
        return None, False

    def _is_next(self, cue: _Cue, place: int) -> bool:
        """Without a linking word, only names of a part and brackets may stand between: `accuracy (train) 95.1`."""
        gap = self.text[cue.end : self.found[place].start]
        return all(PARTS.fullmatch(word) or word.lower() in BETWEEN for word in TOKEN.findall(gap))


def _fits(kind: str, number: Number) -> bool:
    """Whether a number right before such a noun is its own: `epoch 3 loss` is not a loss of 3."""
    if kind in NUMBER_FIRST:
        return not number.percent
    return number.percent or number.decimals > 0


def _is_counted(text: str, number: Number) -> bool:
    """Whether it counts images or epochs, or names a figure."""
    label = LABELLED.search(text[max(0, number.start - LABEL_CHARACTERS) : number.start])
    return label is not None or COUNTED.match(text, number.end) is not None


def _chained(text: str, found: Sequence[Number], taken: dict[int, Match], skipped: set[int]) -> dict[int, Match]:
    """With the numbers that stand in one list with a number that was taken."""
    groups: list[list[int]] = []
    for place in range(len(found)):
        if (
            place
            and place not in skipped
            and place - 1 not in skipped
            and _joined(text, found[place - 1], found[place])
        ):
            groups[-1].append(place)
        else:
            groups.append([place])
    answer = dict(taken)
    for group in groups:
        owners = [taken[place] for place in group if place in taken]
        if len(group) < 2 or len(owners) != 1:
            continue
        owner = owners[0]
        behind = [_part_behind(text, found[place]) for place in group]
        named = behind if all(behind) else [_part_before(text, found, place) for place in group]
        pair = PAIR.search(text[max(0, owner.cue[0] - 40) : owner.cue[0]])
        if len(group) == 2 and pair and not any(named[1:]):
            named = [_name(pair[1]), _name(pair[2])]
        told = len({*named} - {""}) == len(group) or (
            len({*named[1:]} - {""}) == len(group) - 1 and owner.kind != "fid"
        )
        flags = () if told and owner.kind not in NUMBER_FIRST else (SEVERAL,)
        for place, part in zip(group, named, strict=True):
            answer[place] = replace(owner, number=found[place], part=part, flags=flags)
    return answer


def _joined(text: str, first: Number, second: Number) -> bool:
    """Whether nothing but a comma, a stroke, `and` or the name of a part stands between two numbers."""
    gap = text[first.end : second.start]
    return len(gap) < 40 and SEPARATOR.search(gap) is not None and CHAIN.fullmatch(gap) is not None


def _part_behind(text: str, number: Number) -> str:
    behind = BEHIND.match(text, number.end)
    return _name(behind["part"] or behind["bare"]) if behind else ""


def _part_before(text: str, found: Sequence[Number], place: int) -> str:
    start = found[place - 1].end if place else 0
    parts = list(PARTS.finditer(text[max(start, found[place].start - 30) : found[place].start]))
    return _name(parts[-1][0]) if parts else ""


def _name(word: str) -> str:
    low = word.lower()
    return "train" if low.startswith("train") else "test" if low.startswith("test") else "validation"


def part_of(text: str, match: Match) -> str:
    """Train, test or validation, as said between noun and number, beside either, or anywhere in the sentence."""
    if match.part:
        return match.part
    first, last = sorted((match.cue, (match.number.start, match.number.end)))
    before = DIGIT.split(text[max(0, first[0] - 26) : first[0]])[-1]
    windows = before + text[first[0] : last[1]], text[last[1] : last[1] + 45]
    nearest = _nearest(windows[0], after=False), _nearest(windows[1].split(";")[0], after=True)
    said = {_name(part[0]) for part in PARTS.finditer(text)}
    return nearest[0] or nearest[1] or (said.pop() if len(said) == 1 else "")


def _nearest(window: str, *, after: bool) -> str:
    parts = [
        part
        for part in PARTS.finditer(window)
        if not after or re.search(r"\b(?:on|for|in|over)\b", window[: part.start()])
    ]
    return _name(parts[0 if after else -1][0]) if parts else ""
