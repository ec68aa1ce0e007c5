"""Lines of a page or of an output -> sentences with their place, heading and the model they speak of.

Knows no number. Joins what the page broke, and heals what the page lost where it can be told for certain.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from validator.measuring.probes.claims_words import CUES, ENDS_ROLE, HEADINGS, ROLES

SENTENCE_CHARACTERS = 1_200
"""Longer ones are cut: no sentence of a paper is longer, and a pattern's work stays small."""
TEXT_CHARACTERS = 300_000
HEADING_CHARACTERS = 70

_LETTERS = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\u2060": "",
    "\ufeff": "",
}
_SUPERSCRIPTS = str.maketrans("\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079", "0123456789")
_RAISED = re.compile("(?<=10)[\u2070\u00b9\u00b2\u00b3\u2074-\u2079]{1,2}")
_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[IVX]{1,5}\.|[A-Z]\.?\d{0,2})\s{1,4}(?=[A-Z])")
_END = re.compile(r"[.!?][\"'\u201d)\]]{0,2}\s{1,4}(?=[\"'\u201c(\[>]{0,2}[A-Z\d])")
_SHORT = re.compile(
    r"\b(?:et al|e\.g|i\.e|cf|vs|approx|figs?|tabs?|eqs?|secs?|no|resp|std|acc|avg|w\.r\.t|ca|max|min|[A-Z])\.$",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One sentence, or one line of an output."""

    text: str
    where: str
    """`p3`, `cell 7 output`."""
    heading: str = ""
    section: str = ""
    """The model that the heading above it names: `classifier`, `generator` or empty."""
    spoken: str = ""
    """The model that sentences before it under the same heading spoke of last."""
    flags: tuple[str, ...] = ()
    """What every claim in it is flagged with."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """Lines in reading order from one place."""

    lines: Sequence[str]
    where: str
    flags: tuple[str, ...] = ()


def healed(text: str) -> str:
    """Ligatures as letters, raised digits after a ten as a power, soft hyphens gone."""
    for one, letters in _LETTERS.items():
        text = text.replace(one, letters)
    text = _RAISED.sub(lambda match: "^" + match[0].translate(_SUPERSCRIPTS), text)
    return text.replace("\u00ad", "")


def sentences(blocks: Sequence[Block]) -> Iterator[Sentence]:
    """Sentences of prose, page by page; a heading is known by its number or its words."""
    heading, section, spoken, left = "", "", "", TEXT_CHARACTERS
    held: list[str] = []
    held_block: Block | None = None

    def told() -> Iterator[Sentence]:
        nonlocal spoken
        if held and held_block is not None:
            for text in split(joined(held)):
                yield Sentence(
                    text=text,
                    where=held_block.where,
                    heading=heading,
                    section=section,
                    spoken=spoken,
                    flags=held_block.flags,
                )
                spoken = last_role(text) or spoken

    for block in blocks:
        for raw in block.lines:
            line = healed(raw[: max(left, 0)]).strip()
            left -= len(raw)
            if is_heading(line) and _sentence_is_over(held):
                yield from told()
                held, held_block = [], None
                heading, section, spoken = line, section_of(line, section), ""
            elif _is_equation(line) or _is_tabular(line):
                yield from told()
                held, held_block = [line], block
                yield from told()
                held, held_block = [], None
            elif line:
                if held_block is not None and held_block is not block and _sentence_is_over(held):
                    yield from told()
                    held = []
                held_block = block if not held else held_block
                held.append(line)
    yield from told()


def is_heading(line: str) -> bool:
    """A short line that starts with a section number and a capital, or is a known title, and ends without a stop."""
    if not 0 < len(line) <= HEADING_CHARACTERS or line[-1] in ".,;:=" or "=" in line:
        return False
    numbered = _NUMBERED.match(line)
    rest = line[numbered.end() :] if numbered else line
    if re.sub(r"[^a-z]", "", rest.lower()) in HEADINGS:
        return True
    words = rest.split()
    named = len(words) <= 8 and rest[:1].isupper() and not re.search(r"\d{2}|%", rest)
    titled = len(words) <= 8 and bool(last_role(rest)) and all(w[0].isupper() or len(w) <= 4 for w in words)
    return named and (numbered is not None or titled or (rest.isupper() and len(rest) > 5))


def section_of(line: str, before: str) -> str:
    """The model that holds below this heading: the one it names; a general one goes on under its own titles only."""
    role = last_role(line)
    if role or ENDS_ROLE.search(line):
        return role
    numbered = _NUMBERED.match(line)
    top = numbered is not None and "." not in numbered[0].strip().rstrip(".")
    return "" if top else before


def last_role(text: str) -> str:
    """The model named last in the text; empty when neither is."""
    return max(_role_places(text), default=(0, ""))[1]


def role_at(text: str, place: int) -> str:
    """The model that the text names: the nearest before this place where it names both."""
    places = _role_places(text)
    return max((one for one in places if one[0] < place), default=max(places, default=(0, "")))[1]


def is_before_roles(text: str, place: int) -> bool:
    """Whether the text names both models, and this place comes before either: the next number is then whose?"""
    places = _role_places(text)
    return len({role for _, role in places}) > 1 and place < min(places)[0]


@functools.lru_cache(maxsize=16)
def _role_places(text: str) -> tuple[tuple[int, str], ...]:
    """Asked for again and again of one sentence."""
    return tuple((match.start(), role) for role, words in ROLES.items() for match in words.finditer(text))


def joined(lines: Sequence[str]) -> str:
    """One line of text; a word that a hyphen broke over two lines is whole again."""
    parts: list[str] = []
    for line in lines:
        if parts and parts[-1].endswith(("-", "\u2010")) and line[:1].islower():
            parts[-1] = parts[-1][:-1] + line
        elif parts and parts[-1].endswith("-") and line[:1].isdigit():
            parts[-1] += line
        else:
            parts.append(line)
    return " ".join(parts)


def split(text: str) -> Iterator[str]:
    """Sentences of one line of text; none is longer than the limit."""
    start = 0
    for end in _END.finditer(text):
        if _SHORT.search(text[max(start, end.start() - 10) : end.start() + 1]):
            continue
        yield from _cut(text[start : end.end()].strip())
        start = end.end()
    yield from _cut(text[start:].strip())


def _cut(text: str) -> Iterator[str]:
    for start in range(0, len(text), SENTENCE_CHARACTERS):
        yield text[start : start + SENTENCE_CHARACTERS]


def _is_equation(line: str) -> bool:
    """A line of its own that is hardly words: what stands above it and below it are different sentences."""
    return bool(re.search(r"[=|\u2225\u2211\u222b]", line)) and len(re.findall(r"[A-Za-z]{4,20}", line)) < 2


def _is_tabular(line: str) -> bool:
    """A row of numbers, or a row of titles: hardly a word in small letters, no stop, and no sentence on either side."""
    if len(line) > 140 or line.endswith((".", ",", ";", ":", "-")):
        return False
    small = len(re.findall(r"(?<!\S)[a-z]{3,20}(?!\S)", line))
    counted = len(re.findall(r"(?<!\S)[~<(]?\d[\d.,]{0,14}[kKM%)]{0,2}(?!\S)", line))
    nouns = sum(cue.search(line) is not None for cue in CUES.values())
    return small < 2 and (counted >= 2 or (nouns >= 2 and not re.search(r"\d{2}", line)))


def _sentence_is_over(held: Sequence[str]) -> bool:
    return not held or held[-1].endswith((".", "!", "?", ":", ")")) or len(held[-1]) < HEADING_CHARACTERS
