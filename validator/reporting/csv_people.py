"""Marks of people as CSV: members of teams, and students of a module. Knows rows; computes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from validator.marking.module import ModuleMark
from validator.marking.rubric import Part
from validator.marking.team_marks import MemberRow
from validator.marking.words import decimal_text
from validator.reporting.csv_marks import harmless

MEMBER_COLUMNS = ("submission", "user", "share", "size", "team_mark", "mark", "arithmetic", "waits")


def members_csv(rows: Iterable[MemberRow]) -> bytes:
    """One line a member; a cell is empty where something is not known."""
    return _csv(
        MEMBER_COLUMNS,
        (
            (
                harmless(row.submission),
                harmless(row.user),
                _number(row.share),
                row.size if row.size is not None else "",
                _number(row.team_mark),
                _number(row.mark),
                harmless(row.arithmetic),
                harmless(row.waits),
            )
            for row in rows
        ),
    )


def module_csv(marks: Mapping[str, ModuleMark], parts: Sequence[Part]) -> bytes:
    """One line a student: what each group of parts earned, the module's mark, and the range while parts are unknown."""
    groups = list(dict.fromkeys(part.group for part in parts if part.group))
    columns = ("id", *groups, "mark", "lowest", "highest", "unknown", "arithmetic")
    return _csv(
        columns,
        (
            (
                harmless(student),
                *(_number(mark.groups.get(group)) for group in groups),
                _number(mark.mark),
                _number(mark.lowest),
                _number(mark.highest),
                " ".join(mark.unknown),
                harmless(mark.arithmetic),
            )
            for student, mark in marks.items()
        ),
    )


def _number(value: Decimal | None) -> str:
    return "" if value is None else decimal_text(value)


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([harmless(column) for column in columns])
    writer.writerows(rows)
    return text.getvalue().encode("utf-8", errors="replace")
