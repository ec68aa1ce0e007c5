"""`report.json` and `cohort.json`: the contract other tools read. Knows the fields; decides nothing.

The same report gives the same bytes: keys are sorted, NaN is refused, and no time, host or path is written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from validator import plain
from validator.evidence import Reading
from validator.marking.cohort import CohortSummary, StudentRow
from validator.marking.report import SCHEMA, Report
from validator.reporting import words

MARKS = frozenset({"marks", "cap", "percent_off", "out_of", "mark", "total_penalty", "proposed_penalty", "mark_cap"})
"""Names of the fields that hold marks; they are decimals in memory and numbers in the file."""


class StoredReportError(ValueError):
    """A stored report cannot be read; the message says what to do."""


def render(report: Report) -> bytes:
    """The bytes of `report.json`."""
    return _encode(document(report))


def render_cohort(summary: CohortSummary) -> bytes:
    """The bytes of `cohort.json`."""
    return _encode(cohort_document(summary))


def document(report: Report) -> dict[str, Any]:
    """The report as plain JSON values."""
    fields = _numbers(plain.to_plain(report))
    return {**fields, "readings": {name: _reading(item) for name, item in report.readings.items()}}


def cohort_document(summary: CohortSummary) -> dict[str, Any]:
    """The cohort as plain JSON values; each student names the report that holds the whole of it."""
    fields = _numbers(plain.to_plain(summary))
    return {**fields, "schema": SCHEMA, "students": [_student(row) for row in summary.students]}


def loads(text: str, *, name: str = "report.json") -> Report:
    """Read a stored report back. Raises StoredReportError naming `name` and the path to the mistake."""
    try:
        stored: Any = json.loads(text)
    except ValueError as error:
        raise StoredReportError(f"{name}: not JSON ({error}); write it again with `validate remark`") from error
    schema = stored.get("schema") if isinstance(stored, dict) else None
    if schema != SCHEMA:
        raise StoredReportError(
            f"{name}: report schema {schema}, this harness reads {SCHEMA}; write it again with `validate remark`"
        )
    try:
        return plain.from_plain(Report, _stored(stored))
    except (plain.ShapeError, ArithmeticError) as error:
        raise StoredReportError(f"{name}: {error}; write it again with `validate remark`") from error


def _encode(value: Mapping[str, Any]) -> bytes:
    text = json.dumps(value, indent=2, sort_keys=True, allow_nan=False, ensure_ascii=False) + "\n"
    # A lone surrogate from a broken file name has no UTF-8 form; its backslash form is the JSON escape for it.
    return text.encode("utf-8", errors="backslashreplace")


def _reading(item: Reading) -> dict[str, Any]:
    if item.value is None:
        return {"why": item.why}
    return {"value": item.value, "unit": item.unit, "witness": item.source}


def _student(row: StudentRow) -> dict[str, Any]:
    fields: dict[str, Any] = _numbers(plain.to_plain(row))
    return {"clauses": fields.pop("standings"), **fields, "report": f"{row.id}/report.json"}


def _numbers(value: Any) -> Any:
    """Decimals become numbers wherever they stand."""
    if isinstance(value, Decimal):
        return words.plain_number(value)
    if isinstance(value, dict):
        return {key: _numbers(item) for key, item in value.items()}
    return [_numbers(item) for item in value] if isinstance(value, list) else value


def _stored(value: Any, key: str = "") -> Any:
    """The stored values in the shapes of `Report`: marks as decimals, readings with all their fields."""
    if key == "readings" and isinstance(value, dict):
        return {name: _stored_reading(item) for name, item in value.items()}
    if isinstance(value, dict):
        return {name: _stored(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_stored(item) for item in value]
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return Decimal(str(value)) if key in MARKS and is_number else value


def _stored_reading(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    if "why" in item:
        return {"value": None, "unit": item.get("unit", ""), "source": None, "why": item["why"]}
    return {"source" if name == "witness" else name: part for name, part in item.items()}
