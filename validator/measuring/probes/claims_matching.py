"""Which number of a sentence belongs to which noun: `98,442 parameters`, `accuracy (mean and std) of 91.7 +- 0.8 %`.

Knows the order of words only; what a number is worth, and of which model, is told elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from validator.measuring.probes.claims_cues import AFTER_CUE, BEFORE_CUE, COUNTED, CUES, LABELLED, PAIR_BEHIND, PARTS
from validator.measuring.probes.claims_numbers import Number, numbers

BEFORE = {kind: frozenset(words.lower().split()) for kind, words in BEFORE_CUE.items()}
AFTER = {kind: frozenset(words.lower().split()) for kind, words in AFTER_CUE.items()}
_LINKS = ": = is was were are of equals equal reaches reached reaching achieves achieved obtained \u2193 \u2191 at"
LINKING = frozenset(_LINKS.split())
"""One of these between noun and number says that the number is the noun's."""
SPELT = re.compile(
    r"(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w{3,5}teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
    r"|hundred|thousand|million|point|zero|and|per|cent|percent)-?){1,4}",
    re.IGNORECASE,
)
"""A number in words, before the same in figures."""
ERROR = re.compile(r"\berrors?\b|\bmisclassif|\bwrong")
READ_AT = re.compile(r"\s(?:\w{1,14}\s)?(?:steps?|iterations?|updates?|parameters?)\b", re.IGNORECASE)
_MOVED = "fell falls rose rises dropped drops increased increases decreased decreases improved improves"
MOVED = frozenset(_MOVED.split())
"""A number after these is a result only as the second of `from 94.9 % to 94.3 %`."""
LISTED = re.compile(r"\s?(?:[;.]|$)")
FROM = re.compile(r"\bfrom\s$")
TO = re.compile(r"\s(?:(?:up|down)\s)?to\s")
TOKEN = re.compile(r"\+/?[-\u2212]|[A-Za-z\u00c0-\u00ff][\w\u00c0-\u00ff'-]{0,30}|\S")
FEWEST_IMAGES = 2_000
"""So large a number beside an FID counts images: none is larger."""
REACH_TOKENS, LABEL_CHARACTERS = 18, 24
BETWEEN = frozenset("()|$[]~\u2248>-\u2013:") | {"mean", "average", "value", "score", "count", "at", "end", "the"}
NUMBER_FIRST = frozenset({"parameters", "steps"})
"""Whose number mostly stands before the noun."""


@dataclass(frozen=True, kw_only=True)
class Match:
    """One number and the noun it belongs to."""

    kind: str
    number: Number
    cue: tuple[int, int]
    part: str = ""
    """`train`, `test` or `validation`, where a pair of them stands before a pair of numbers."""
    flags: tuple[str, ...] = ()
    total: bool = False
    """Whether it is said to be the sum of counts before it."""
    about: str | None = None
    """The model, where the order of two lists tells; empty where two are named and it does not; else None."""


@dataclass(frozen=True, kw_only=True)
class _Cue:
    kind: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Matched:
    """The numbers of a sentence, those among them that stand beside a noun, and those that count something else."""

    found: Sequence[Number]
    taken: dict[int, Match]
    skipped: set[int]


def matched(text: str) -> Matched:
    """Numbers with the nouns beside them; a number belongs to one noun at most."""
    found = numbers(text)
    cues = sorted(
        (_Cue(kind=kind, start=m.start(), end=m.end()) for kind, words in CUES.items() for m in words.finditer(text)),
        key=lambda cue: cue.start,
    )
    if not found or not cues:
        return Matched(found=found, taken={}, skipped=set())
    reader = _Reader(text, found)
    taken: dict[int, Match] = {}
    for cue in cues:
        for place in reader.places(cue, taken):
            taken.setdefault(place, Match(kind=cue.kind, number=found[place], cue=(cue.start, cue.end)))
    return Matched(found=found, taken=taken, skipped=reader.skipped)


class _Reader:
    """Walks from a noun to the numbers beside it, over words that may stand there."""

    def __init__(self, text: str, found: Sequence[Number]) -> None:
        self.text = text
        self.found = found
        self.starts = {number.start: place for place, number in enumerate(found)}
        self.skipped = {
            place for place, number in enumerate(found) if _is_counted(text, number) or _is_left(text, found, place)
        }

    def places(self, cue: _Cue, taken: dict[int, Match]) -> list[int]:
        """The number that is the noun's: before it where nothing else has that, else after it."""
        before = self._before(cue)
        after, linked = self._after(cue)
        images = cue.kind == "accuracy" and self.text[cue.start : cue.end].split()[0].lower() in ("on", "for", "of")
        if images and not (self._is_scored(before) or self._is_scored(after)):
            return []
        if before is not None and before not in taken and _fits(cue.kind, self.found[before]):
            return [before]
        if after is not None and after not in taken and (linked or self._is_next(cue, after)):
            return [after]
        return []

    def _is_scored(self, place: int | None) -> bool:
        """Whether `95.7 % on the test set` is of an accuracy, though it is not called so."""
        if place is None or not self.found[place].percent:
            return False
        return ERROR.search(self.text[max(0, self.found[place].start - 40) : self.found[place].start]) is None

    def _before(self, cue: _Cue) -> int | None:
        for place in range(len(self.found) - 1, -1, -1):
            number = self.found[place]
            if number.end > cue.start:
                continue
            gap = self.text[number.end : cue.start]
            words = [token.lower() for token in TOKEN.findall(gap)] if len(gap) < 60 else ["..."]
            allowed = BEFORE[cue.kind] | {"-"} if cue.kind in NUMBER_FIRST else BEFORE[cue.kind]
            allowed = allowed | {")"} if self.text[: number.start].endswith("(") else allowed
            near = place not in self.skipped and all(word in allowed for word in words)
            return place if near else None
        return None

    def _after(self, cue: _Cue) -> tuple[int | None, bool]:
        """The number after the noun, and whether a linking word stands between; None where other words do."""
        at, linked, moved = cue.end, False, False
        for _ in range(REACH_TOKENS):
            at += len(self.text[at : at + 8]) - len(self.text[at : at + 8].lstrip())
            place = self.starts.get(at)
            read_at = READ_AT.match(self.text, self.found[place].end) if place is not None else None
            if read_at and cue.kind not in NUMBER_FIRST:  # FID at 10,000 steps was 80.2
                at = read_at.end()
                continue
            if place is not None and cue.kind == "fid" and self.found[place].value >= FEWEST_IMAGES:
                at = self.found[place].end  # FID (10k/10k): 37.8
                continue
            if place is not None and place not in self.skipped:
                came_from = place > 0 and _is_left(self.text, self.found, place - 1)
                return (None, False) if moved and not came_from else (place, linked)
            if place is not None:
                at = self.found[place].end
                counted = COUNTED.match(self.text, at)
                at = counted.end() if counted else at
                continue
            token = TOKEN.match(self.text, at)
            if token is None:
                return None, False
            if token[0] == "," and at == cue.end and self._is_listed(token.end()):
                linked = True
            elif token[0].lower() in MOVED and cue.kind not in NUMBER_FIRST:
                moved = True
            elif token[0].lower() == "from" and self._is_skipped_from(token.end()):
                linked = True
            elif token[0].lower() == "to" and linked:
                pass
            elif token[0].lower() not in AFTER[cue.kind] and not SPELT.fullmatch(token[0]):
                return None, False
            linked |= token[0].lower() in LINKING
            at = token.end()
        return None, False

    def _is_skipped_from(self, at: int) -> bool:
        """Whether `from` leads to the first of two numbers, of which the second counts."""
        place = self.starts.get(at + 1)
        return place is not None and _is_left(self.text, self.found, place)

    def _is_listed(self, at: int) -> bool:
        """Whether a number alone follows: `parameters, 98,442; steps, 10,000`."""
        place = self.starts.get(at + 1)
        return place is not None and LISTED.match(self.text, self.found[place].end) is not None

    def _is_next(self, cue: _Cue, place: int) -> bool:
        """Without a linking word, only names of a part and brackets may stand between: `accuracy (train) 95.1`."""
        gap = self.text[cue.end : self.found[place].start]
        if PAIR_BEHIND.fullmatch(gap):
            return True
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


def _is_left(text: str, found: Sequence[Number], place: int) -> bool:
    """Whether it is the first number of `from 93.1 % to 94.3 %`."""
    if place + 1 >= len(found) or not FROM.search(text[max(0, found[place].start - 6) : found[place].start]):
        return False
    return TO.fullmatch(text[found[place].end : found[place + 1].start]) is not None
