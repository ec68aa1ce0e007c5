"""Lines of a page or of an output -> sentences with their place, heading and the model they speak of.

Knows no number. Joins what the page broke, and heals what the page lost where it can be told for certain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from validator.measuring.probes.claims_lines import (
    CAPTION,
    HEADING_CHARACTERS,
    is_equation,
    is_heading,
    is_tabular,
    last_role,
    section_of,
)

SENTENCE_CHARACTERS = 1_200
"""Longer ones are cut: no sentence of a paper is longer, and a pattern's work stays small."""
TEXT_CHARACTERS = 300_000
NOTE = "\u2020"
"""What a footnote starts with: whose section it is of, nobody knows."""

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
    reader, left = _Reader(), TEXT_CHARACTERS
    for block in blocks:
        for raw in block.lines:
            line = healed(raw[: max(left, 0)]).strip()
            left -= len(raw)
            if line:
                yield from reader.read(line, block)
    yield from reader.rest()


class _Reader:
    """Takes lines, gives sentences; one that a table or a figure interrupts goes on below it."""

    def __init__(self) -> None:
        self.heading = self.section = self.spoken = ""
        self.held: list[str] = []
        self.block: Block | None = None
        self.broken: list[str] = []
        self.broken_block: Block | None = None
        self.in_caption = self.in_note = False

    def read(self, line: str, block: Block) -> Iterator[Sentence]:
        """The sentences that this line ends."""
        if self.in_note and block is not self.block:
            yield from self._interrupted()
        if line.startswith(NOTE):
            yield from self._interrupted()
            self.held, self.block, self.in_note = [line[len(NOTE) :].strip()], block, True
        elif self.in_note:
            self.held.append(line)
        elif is_heading(line) and _sentence_is_over(self.held):
            yield from self.rest()
            self.heading, self.section, self.spoken = line, section_of(line, self.section), ""
        elif CAPTION.match(line):
            yield from self._interrupted()
            self.held, self.block, self.in_caption = [line], block, True
        elif is_tabular(line):
            yield from self._interrupted()
            yield from self._told([line], block)
        elif is_equation(line):
            yield from self.rest()
            yield from self._told([line], block)
        else:
            yield from self._prose(line, block)

    def rest(self) -> Iterator[Sentence]:
        """What is held, as sentences."""
        yield from self._told(self.broken, self.broken_block)
        yield from self._told(self.held, self.block)
        self.broken, self.held, self.in_caption, self.in_note = [], [], False, False

    def _interrupted(self) -> Iterator[Sentence]:
        """Set aside a sentence that is not over; give what is."""
        aside = self.in_caption or self.in_note
        if self.held and not self.broken and not aside and not _has_stopped(self.held):
            self.broken, self.broken_block = self.held, self.block
        else:
            yield from self._told(self.held, self.block)
        self.held, self.in_caption, self.in_note = [], False, False

    def _prose(self, line: str, block: Block) -> Iterator[Sentence]:
        if self.in_caption and not _has_stopped(self.held):
            self.held.append(line)
            return
        if self.in_caption:
            yield from self._interrupted()
        if self.broken and not self.held:
            if line[0].isupper():
                yield from self._told(self.broken, self.broken_block)
            else:
                self.held, self.block = self.broken, self.broken_block
            self.broken = []
        if self.held and self.block is not block and _sentence_is_over(self.held):
            yield from self._told(self.held, self.block)
            self.held = []
        self.block = self.block if self.held else block
        self.held.append(line)

    def _told(self, lines: Sequence[str], block: Block | None) -> Iterator[Sentence]:
        for text in split(joined(lines)) if lines and block else ():
            yield Sentence(
                text=text,
                where=block.where if block else "",
                heading=self.heading,
                section="" if self.in_note else self.section,
                spoken="" if self.in_note else self.spoken,
                flags=block.flags if block else (),
            )
            self.spoken = self.spoken if self.in_note else last_role(text) or self.spoken


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


def _sentence_is_over(held: Sequence[str]) -> bool:
    return not held or held[-1].endswith((".", "!", "?", ":", ")")) or len(held[-1]) < HEADING_CHARACTERS


def _has_stopped(held: Sequence[str]) -> bool:
    return held[-1].endswith((".", "!", "?", ":"))
