"""Claims in tables: a number below a column's title, or beside a row's, by where they stand on the line.

Takes lines whose columns are kept apart by spaces. A table's numbers are flagged as such: its rows may be variants.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from validator.evidence import Claim
from validator.measuring.probes import claims_words as words
from validator.measuring.probes.claims import UNITS, about_kind, valued
from validator.measuring.probes.claims_lines import last_role
from validator.measuring.probes.claims_matching import matches
from validator.measuring.probes.claims_numbers import Number, numbers
from validator.measuring.probes.claims_text import healed

TABLE = "table"
CELL = re.compile(r"\S+(?: \S+)*")
SCALE = re.compile(r"[(\[]\s?(?:in )?(?P<word>k|K|M|thousands?|millions?)\s?[)\]]")
DIGITS = re.compile(r"\d[\d.,]")
SMALL = re.compile(r"(?<!\S)[a-z]{3,20}(?!\S)")
ROW_WORDS, CLOSE = 12, 8
"""Words of a row, and how many lines below its titles: some writers put each cell on a line of its own."""
MOST_ROWS, MOST_GAP, MOST_TITLE_WORDS, NEAR = 24, 2, 6, 6
LINE_CHARACTERS = 400


@dataclass(frozen=True, kw_only=True)
class _Cell:
    start: int
    end: int
    text: str


@dataclass(frozen=True, kw_only=True)
class _Title:
    """What a column or row holds: a kind of number, or one of the two models."""

    cell: _Cell
    kind: str = ""
    part: str = ""
    role: str = ""


def is_worth(lines: Sequence[str]) -> bool:
    """Whether a line looks like the titles of columns, and a row of numbers stands close below it."""
    rows = [len(line.split()) <= ROW_WORDS and DIGITS.search(line) is not None for line in lines]
    return any(any(rows[n + 1 : n + 1 + CLOSE]) and _is_title_line(line) for n, line in enumerate(lines))


def claims_of_lines(lines: Sequence[str], *, where: str) -> Iterator[Claim]:
    """Claims of every table in these lines."""
    cells = [_cells(line) for line in lines]
    place = 0
    while place < len(cells):
        titles = _titles(cells[place])
        rows = _rows(cells, place + 1) if titles else []
        for row in rows:
            yield from _row_claims(titles, row, where)
        place += len(rows) + 1


def _is_title_line(line: str) -> bool:
    """Few words, hardly one in small letters, no number, no stop: titles, and no sentence."""
    short = 0 < len(line) <= 120 and len(line.split()) <= 14 and not line.rstrip().endswith((".", ",", ";", "-"))
    plain = short and len(SMALL.findall(line)) <= 2 and DIGITS.search(line) is None
    return plain and any(cue.search(line) for cue in words.CUES.values())


def _cells(line: str) -> list[_Cell]:
    return [_Cell(start=m.start(), end=m.end(), text=healed(m[0])) for m in CELL.finditer(line[:LINE_CHARACTERS])]


def _titles(cells: Sequence[_Cell]) -> list[_Title]:
    """Titles of columns: at least two cells of few words, one of them a noun of a claim or each a model."""
    if len(cells) < 2:
        return []
    titles = [title for title in map(_title, cells) if title is not None]
    kinds = [title for title in titles if title.kind]
    return kinds or ([title for title in titles if title.role] if len({title.role for title in titles}) == 2 else [])


def _title(cell: _Cell) -> _Title | None:
    if len(cell.text.split()) > MOST_TITLE_WORDS:
        return None
    kind = next((kind for kind, cue in words.CUES.items() if cue.search(cell.text)), "")
    if kind and matches(cell.text):
        return None
    part = words.PARTS.search(cell.text)
    return _Title(cell=cell, kind=kind, part=part.lastgroup or "" if part else "", role=last_role(cell.text))


def _rows(cells: Sequence[Sequence[_Cell]], first: int) -> list[Sequence[_Cell]]:
    """The lines below, until two in a row hold no number or another title comes."""
    rows: list[Sequence[_Cell]] = []
    empty = 0
    for row in cells[first : first + MOST_ROWS]:
        numeric = any(_number(cell) for cell in row)
        empty = 0 if numeric else empty + 1
        if empty > MOST_GAP or (not numeric and _titles(row)):
            break
        rows.append(row)
    return rows


def _row_claims(titles: Sequence[_Title], row: Sequence[_Cell], where: str) -> Iterator[Claim]:
    label = row[0] if row and _number(row[0]) is None and len(row) > 1 else None
    beside = _title(label) if label else None
    for title in titles:
        cell = _below(title.cell, [one for one in row if one is not label])
        meant = _both(title, beside)
        claim = _claim(meant, label.text[:60] if label else "", cell, where) if cell and meant.kind else None
        if claim is not None:
            yield claim


def _both(title: _Title, beside: _Title | None) -> _Title:
    """What the title of the column says, and of the rest what the title of the row says."""
    if beside is None:
        return title
    return _Title(
        cell=title.cell,
        kind=title.kind or beside.kind,
        part=title.part or beside.part,
        role=title.role or beside.role,
    )


def _claim(meant: _Title, said: str, cell: _Cell, where: str) -> Claim | None:
    """The claim of one cell; `said` is the title of its row."""
    kind, title, number = meant.kind, meant.cell.text[:60], _number(cell)
    told = valued(kind, _scaled(number, f"{title} {said}")) if number else None
    if told is None:
        return None
    clues = {"cites-others": words.OTHERS, "variant": words.VARIANT, "tuning-run": words.TUNING}
    flags = [flag for flag, clue in clues.items() if clue.search(said)]
    flags += ["clean-fid"] if kind == "fid" and words.CLEAN.search(f"{title} {said}") else []
    flags += ["validation"] if meant.part == "validation" else []
    return Claim(
        kind=kind,
        about=about_kind(kind, meant.role),
        value=told.value,
        unit=UNITS[kind],
        where=where,
        quote=" | ".join(one for one in (said, title, cell.text[:60]) if one),
        spread=told.spread,
        resolution=told.resolution,
        part=meant.part if kind in ("accuracy", "loss") and meant.part != "validation" else "",
        flags=(TABLE, *told.flags, *flags),
    )


def _number(cell: _Cell) -> Number | None:
    """The number that a cell is, with hardly anything beside it."""
    found = numbers(cell.text)
    rest = len(cell.text) - (found[0].end - found[0].start) if len(found) == 1 else 99
    return found[0] if rest <= 4 else None


def _scaled(number: Number, titles: str) -> Number:
    """In thousands or millions where a title says so."""
    scale = SCALE.search(titles)
    if scale is None or number.scaled:
        return number
    factor = 1e6 if scale["word"].lower().startswith("m") else 1e3
    return replace(number, value=number.value * factor, resolution=number.resolution * factor, scaled=True)


def _below(title: _Cell, row: Sequence[_Cell]) -> _Cell | None:
    """The number of the row that stands under the title: the one that shares most of its width, else the nearest."""
    numeric = [cell for cell in row if _number(cell)]
    shared = [(min(cell.end, title.end) - max(cell.start, title.start), cell.start, cell) for cell in numeric]
    best = max(shared, default=None, key=lambda one: one[:2])
    if best is None or best[0] < -NEAR:
        return None
    return best[2]
