"""Claims in tables: a number below a column's title, or beside a row's, by where they stand on the line.

Takes lines whose columns are kept apart by spaces. A table's numbers are flagged as such: its rows may be variants.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from validator.evidence import Claim
from validator.measuring.probes import claims_words as words
from validator.measuring.probes.claims import UNITS, about_kind, valued
from validator.measuring.probes.claims_cues import CUES
from validator.measuring.probes.claims_joint import PART
from validator.measuring.probes.claims_lines import CAPTION, is_heading, is_tabular, roles_in, section_of
from validator.measuring.probes.claims_matching import NUMBER_FIRST
from validator.measuring.probes.claims_numbers import Number
from validator.measuring.probes.claims_titles import SPREAD, Cell, Title, cells_of, number_in, title_of, titles_of

TABLE = "table"
SCALE = re.compile(r"[(\[]\s?(?:in )?(?P<word>k|K|M|thousands?|millions?)\s?[)\]]")
LIMITS = re.compile(r"\b(?:limits?|budgets?|allowed|maximum|constraints?|caps?)\b", re.IGNORECASE)
TOTAL = re.compile(r"(?:total|sum|overall|altogether|whole model|all)\b", re.IGNORECASE)
MOST_ROWS, MOST_GAP, NEAR, CAPTION_LINES = 24, 2, 6, 5


def claims_of_lines(lines: Sequence[str], *, where: str, section: str = "") -> Iterator[Claim]:
    """Claims of every table in these lines; `section` is the model that the heading above the page names."""
    cells = [cells_of(line) for line in lines]
    held_by = sections(lines, section)
    place = 0
    while place < len(cells):
        titles = titles_of(cells[place])
        rows = _rows(cells, place + 1) if titles else []
        held = _caption_role(lines, place, place + len(rows)) or held_by[place]
        groups = _groups(rows)
        told: list[Claim] = []
        for row, group in zip(rows, groups, strict=True):
            labels = len(list(takewhile(lambda cell: number_in(cell) is None, row))) if len(row) > 1 else 0
            told += _row_claims(titles, _Row(head=cells[place], cells=row, labels=labels), where, role=group or held)
        yield from _without_parts(told)
        place += len(rows) + 1


def _without_parts(told: Sequence[Claim]) -> Iterator[Claim]:
    """Of counts in a table that has a row for their total, the others are its parts."""
    totals = {claim.kind for claim in told if TOTAL.match(claim.quote) and claim.kind in NUMBER_FIRST}
    for claim in told:
        part = claim.kind in totals and not TOTAL.match(claim.quote)
        yield replace(claim, flags=(*claim.flags, PART)) if part else claim


def sections(lines: Sequence[str], section: str) -> list[str]:
    """For each line the model that the heading above it names."""
    answer = []
    for line in lines:
        plain = " ".join(line.split())
        if is_heading(plain) and not is_tabular(plain):
            section = section_of(plain, section)
        answer.append(section)
    return answer


def _caption_role(lines: Sequence[str], first: int, last: int) -> str:
    """The model that the caption above or below the rows names, where it names one."""
    near = [*range(first - 1, first - 1 - CAPTION_LINES, -1), *range(last + 1, last + 1 + CAPTION_LINES)]
    for place in near:
        line = " ".join(lines[place].split()) if 0 <= place < len(lines) else ""
        if CAPTION.match(line):
            roles = roles_in(line)
            return roles[0] if len(roles) == 1 else ""
    return ""


def _groups(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """For each row the model that a title beside several rows names: the nearest, where one alone is nearest."""
    said = {n: role for n, row in enumerate(rows) for cell in row[:1] if (role := _group(cell, row))}
    answer = []
    for n in range(len(rows)):
        distances = sorted((abs(n - place), role) for place, role in said.items())
        tied = len({role for far, role in distances if far == distances[0][0]}) > 1
        answer.append("" if not distances or tied else distances[0][1])
    return answer


def _group(cell: Cell, row: Sequence[Cell]) -> str:
    """The model that the first cell names, where the title of the row itself stands beside it."""
    roles = roles_in(cell.text)
    beside = len(row) > 2 and number_in(row[1]) is None and any(cue.search(row[1].text) for cue in CUES.values())
    return roles[0] if len(roles) == 1 and beside and number_in(cell) is None else ""


def _rows(cells: Sequence[Sequence[Cell]], first: int) -> list[Sequence[Cell]]:
    """The lines below, until two in a row hold no number or another title comes."""
    rows: list[Sequence[Cell]] = []
    empty = 0
    for row in cells[first : first + MOST_ROWS]:
        numeric = any(number_in(cell) for cell in row)
        empty = 0 if numeric else empty + 1
        if empty > MOST_GAP or (not numeric and titles_of(row)) or (row and CAPTION.match(row[0].text)):
            break
        rows.append(row)
    return rows


@dataclass(frozen=True, kw_only=True)
class _Row:
    """One row below its titles; the first cells, `labels` of them, are its own title."""

    head: Sequence[Cell]
    cells: Sequence[Cell]
    labels: int


def _row_claims(titles: Sequence[Title], row: _Row, where: str, *, role: str) -> Iterator[Claim]:
    """Claims of one row, each with the standard deviation that a column of its own gives."""
    labels = row.cells[: row.labels]
    told = [title for title in map(title_of, labels) if title is not None]
    beside = next((title for title in reversed(told) if title.kind), told[-1] if told else None)
    said = " ".join(cell.text for cell in labels)[:60]
    for title, after in zip(titles, [*titles[1:], None], strict=True):
        cell = _below(title.cell, row)
        meant = _both(title, beside)
        claim = _claim(meant, said, cell, where, role=role) if cell and meant and meant.kind else None
        if claim is not None:
            yield _with_spread(claim, title.cell, after.cell if after else None, row)


def _with_spread(claim: Claim, title: Cell, after: Cell | None, row: _Row) -> Claim:
    """With the number of the column of standard deviations that stands between this title and the next."""
    right = [one for one in row.head if one.start > title.start and (after is None or one.start < after.start)]
    mine = next((one for one in right if SPREAD.fullmatch(one.text)), None)
    cell = _below(mine, row) if mine and claim.spread is None else None
    told = valued(claim.kind, number) if cell and (number := number_in(cell)) else None
    return replace(claim, spread=told.value) if told else claim


def _both(title: Title, beside: Title | None) -> Title | None:
    """What the title of the column says, and of the rest what the title of the row says; none where they differ."""
    if beside is None:
        return title
    if title.kind and beside.kind and title.kind != beside.kind:
        return None
    return Title(
        cell=title.cell,
        kind=title.kind or beside.kind,
        part=title.part or beside.part,
        role=title.role or beside.role,
    )


def _claim(meant: Title, said: str, cell: Cell, where: str, *, role: str) -> Claim | None:
    """The claim of one cell; `said` is the title of its row, `role` the model of the table."""
    kind, title, number = meant.kind, meant.cell.text[:60], number_in(cell)
    told = valued(kind, _scaled(number, f"{title} {said}")) if number else None
    if told is None:
        return None
    clues = {"cites-others": words.OTHERS, "variant": words.VARIANT, "tuning-run": words.TUNING, "limit": LIMITS}
    flags = [flag for flag, clue in clues.items() if clue.search(said) or clue.search(title)]
    flags += ["clean-fid"] if kind == "fid" and words.CLEAN.search(f"{title} {said}") else []
    flags += ["validation"] if meant.part == "validation" else []
    return Claim(
        kind=kind,
        about=about_kind(kind, meant.role or role),
        value=told.value,
        unit=UNITS[kind],
        where=where,
        quote=" | ".join(one for one in (said, title, cell.text[:60]) if one),
        spread=told.spread,
        resolution=told.resolution,
        part=meant.part if kind in ("accuracy", "loss") and meant.part != "validation" else "",
        flags=(TABLE, *told.flags, *flags),
    )


def _scaled(number: Number, titles: str) -> Number:
    """In thousands or millions where a title says so."""
    scale = SCALE.search(titles)
    if scale is None or number.scaled:
        return number
    factor = 1e6 if scale["word"].lower().startswith("m") else 1e3
    return replace(number, value=number.value * factor, resolution=number.resolution * factor, scaled=True)


def _below(title: Cell, row: _Row) -> Cell | None:
    """The cell of the row under the title, where it is a number.

    By its place where the row has as many cells as the titles, or one more, which is its own title; else the one that
    shares most of the title's width, or the nearest.
    """
    surplus = len(row.cells) - len(row.head)
    if surplus in (0, 1) and row.labels >= surplus:
        cell = row.cells[list(row.head).index(title) + surplus]
        return cell if number_in(cell) else None
    numeric = [cell for cell in row.cells[row.labels :] if number_in(cell)]
    shared = [(min(cell.end, title.end) - max(cell.start, title.start), cell.start, cell) for cell in numeric]
    best = max(shared, default=None, key=lambda one: one[:2])
    if best is None or best[0] < -NEAR:
        return None
    return best[2]
