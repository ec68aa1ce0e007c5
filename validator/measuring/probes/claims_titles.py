"""What the titles of a table's columns and rows say: a kind of number, a part of the data, a model, a limit.

Takes cells with their places on a line; reads no number but to tell it from a title.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from validator.measuring.probes.claims_cues import CUES, PARTS
from validator.measuring.probes.claims_joint import matches
from validator.measuring.probes.claims_lines import last_role
from validator.measuring.probes.claims_numbers import Number, numbers
from validator.measuring.probes.claims_text import healed

CELL = re.compile(r"\S+(?: \S+)*")
COLUMN = re.compile(
    r"(?:the\s)?(?:limits?|budgets?|allowed|maximum|max\.?|constraints?|caps?)"
    r"|ours?|this work|mean|average|value|result|used|actual|achieved|submitted|stated",
    re.IGNORECASE,
)
SPREAD = re.compile(r"(?:std\.?(?: ?dev\.?)?|s\.?d\.?|standard deviations?|\u03c3)(?: \(%\))?", re.IGNORECASE)
DIGITS = re.compile(r"\d[\d.,]")
SMALL = re.compile(r"(?<!\S)[a-z]{3,20}(?!\S)")
ROW_WORDS, CLOSE = 12, 8
"""Words of a row, and how many lines below its titles: some writers put each cell on a line of its own."""
MOST_TITLE_WORDS, LINE_CHARACTERS = 6, 400


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Words that stand together on a line, and from where to where."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Title:
    """What a column or row holds: a kind of number, a part of the data, one of the two models, or a limit."""

    cell: Cell
    kind: str = ""
    part: str = ""
    role: str = ""
    column: bool = False
    """Whether it is a word that only the title of a column is: a limit, one's own values."""


def is_worth(lines: Sequence[str]) -> bool:
    """Whether a line looks like the titles of columns with a row of numbers close below, or is the title of a row."""
    rows = [len(line.split()) <= ROW_WORDS and DIGITS.search(line) is not None for line in lines]
    titled = any(any(rows[n + 1 : n + 1 + CLOSE]) and _is_title_line(line) for n, line in enumerate(lines))
    return titled or any(rows[n] and _starts_row(line) for n, line in enumerate(lines))


def _is_title_line(line: str) -> bool:
    """Few words, hardly one in small letters, no number, no stop: titles, and no sentence."""
    short = 0 < len(line) <= 120 and len(line.split()) <= 14 and not line.rstrip().endswith((".", ",", ";", "-"))
    plain = short and len(SMALL.findall(line)) <= 2 and DIGITS.search(line) is None
    return plain and any(cue.search(line) for cue in CUES.values())


def _starts_row(line: str) -> bool:
    """Whether it is the title of a row with two numbers behind it: `Parameters 99,178 968,230`."""
    return len(numbers(line)) > 1 and any(cue.search(" ".join(line.split()[:3])) for cue in CUES.values())


def cells_of(line: str) -> list[Cell]:
    """What stands on a line between wider gaps."""
    return [Cell(start=m.start(), end=m.end(), text=healed(m[0])) for m in CELL.finditer(line[:LINE_CHARACTERS])]


def titles_of(cells: Sequence[Cell]) -> list[Title]:
    """Titles of columns: two cells at least of few words without a number, which say what stands below them."""
    if len(cells) < 2 or any(number_in(cell) for cell in cells):
        return []
    titles = [title for title in map(title_of, cells) if title is not None]
    if any(title.kind for title in titles):
        return [title for title in titles if title.kind]
    told = [title for title in titles if title.role or title.part or title.column]
    split = len({title.role for title in told} - {""}) == 2 or len({title.part for title in told} - {""}) > 1
    return told if split or any(title.column for title in told) else []


def title_of(cell: Cell) -> Title | None:
    """What a cell says as a title; None where it is too long for one, or states a number itself."""
    if len(cell.text.split()) > MOST_TITLE_WORDS:
        return None
    kind = next((kind for kind, cue in CUES.items() if cue.search(cell.text)), "")
    if kind and matches(cell.text):
        return None
    part = PARTS.search(cell.text)
    return Title(
        cell=cell,
        kind=kind,
        part=part.lastgroup or "" if part else "",
        role=last_role(cell.text),
        column=COLUMN.fullmatch(cell.text) is not None,
    )


def number_in(cell: Cell) -> Number | None:
    """The number that a cell is, with hardly anything beside it."""
    found = numbers(cell.text)
    rest = len(cell.text) - (found[0].end - found[0].start) if len(found) == 1 else 99
    return found[0] if rest <= 4 else None
