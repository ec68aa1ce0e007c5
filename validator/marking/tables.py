"""Tables of marks that a person gives as CSV text, read strictly: a mistake is named with its line. Opens no file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from validator.marking.shapes import listed, nearest, shown

MOST_DIGITS = 12
UNKNOWN = ("", "-", "?", "unknown")
"""Cells that say that a mark is not known."""


class TableError(ValueError):
    """A mistake in a table, as a path to it: `marks.csv: line 3: mark: expected a number ..., got "x"`."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a table: its place, and its cells by column."""

    path: str
    cells: Mapping[str, str]

    def number(self, column: str, *, most: Decimal = Decimal(100)) -> Decimal | None:
        """The cell as a number from 0 to `most`; None where it is empty or says that it is unknown."""
        text = self.cells.get(column, "").strip()
        if text.casefold() in UNKNOWN:
            return None
        try:
            value = Decimal(text.removesuffix("%").strip())
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or not 0 <= value <= most or len(text) > MOST_DIGITS:
            raise TableError(f"{self.path}: {column}: expected a number from 0 to {most}, got {shown(text)}")
        return value

    def words(self, column: str) -> str:
        """The cell as text. Raises TableError where it is empty."""
        text = self.cells.get(column, "").strip()
        if not text:
            raise TableError(f"{self.path}: {column}: is empty")
        return text


def lines_of(text: str, *, name: str, required: Iterable[str], optional: Iterable[str] = ()) -> tuple[Line, ...]:
    """The lines under a head with these columns, in any order. Raises TableError; a byte order mark is passed over."""
    needed, known = list(required), [*required, *optional]
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        head = [column.strip().casefold() for column in next(reader, [])]
        for column in head:
            if column not in known:
                raise TableError(
                    f"{name}: unknown column {shown(column)}{nearest(column, known)}; known: {listed(known)}"
                )
        for column in needed:
            if head.count(column) != 1:
                wrong = "is missing" if column not in head else "stands twice"
                raise TableError(f"{name}: column `{column}` {wrong}; the first line names the columns")
        return tuple(_lines(reader, head, name))
    except csv.Error as error:
        raise TableError(f"{name}: line {reader.line_num}: not CSV ({error})") from error


def _lines(reader: Any, head: list[str], name: str) -> Iterator[Line]:
    for cells in reader:
        number = reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(head):
            raise TableError(f"{name}: line {number}: {len(cells)} cells under {len(head)} columns")
        yield Line(path=f"{name}: line {number}", cells=dict(zip(head, cells, strict=False)))
