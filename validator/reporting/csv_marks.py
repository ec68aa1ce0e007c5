"""`marks.csv`: one row a submission, one column a clause, for a spreadsheet. Knows rows; sums nothing.

A clause's cell is `pass`, `unknown`, a number (marks that count; 0 where a person waived them), `proposed -10` (marks
that wait for a person), `cap 40`, `-30 %` (of the awarded marks), or `fail` (no marks hang on it). Student text can
never become a formula.
"""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from validator.marking.cohort import CohortSummary, Standing, StudentRow
from validator.reporting import words

COLUMNS = (
    "id",
    "source",
    "status",
    "total_penalty",
    "proposed_penalty",
    "mark_cap",
    "percent_off",
    "failed",
    "unknown",
)

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the start of a formula, the full-width forms too."""

Cell = str | int | float | None


def render(summary: CohortSummary) -> bytes:
    """The bytes of `marks.csv`: UTF-8, no byte order mark, so that any reader finds the column `id`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    clauses = [row.clause for row in summary.clauses]
    writer.writerow([*COLUMNS, *map(harmless, clauses)])
    for row in summary.students:
        writer.writerow([*_fixed_cells(row), *(clause_cell(row.standings.get(clause)) for clause in clauses)])
    return text.getvalue().encode("utf-8", errors="replace")


def clause_cell(standing: Standing | None) -> Cell:
    """What one clause's cell says; empty when the clause was not looked at."""
    if standing is None:
        return ""
    if standing.applied:
        return words.plain_number(standing.applied)
    if standing.proposed:
        return f"proposed {words.marks(standing.proposed)}"
    if standing.cap is not None:
        return f"cap {words.marks(standing.cap)}"
    if standing.percent_off is not None:
        return f"-{words.percent(standing.percent_off)}"
    return 0 if standing.ruled else standing.verdict


def harmless(text: str) -> str:
    """The text as a cell that no spreadsheet runs: a quote goes before what looks like a formula."""
    cleaned = words.clean(text)
    risky = text.startswith(FORMULA_STARTS) or cleaned.lstrip().startswith(FORMULA_STARTS)
    return f"'{cleaned}" if risky else cleaned


def _fixed_cells(row: StudentRow) -> list[Cell]:
    return [
        harmless(row.id),
        harmless(row.source),
        row.status,
        words.plain_number(row.total_penalty),
        words.plain_number(row.proposed_penalty),
        _optional(row.mark_cap),
        _optional(row.percent_off),
        row.failed,
        row.unknown,
    ]


def _optional(value: Decimal | None) -> Cell:
    return "" if value is None else words.plain_number(value)
