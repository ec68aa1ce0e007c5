"""A person's rulings: one JSON line each in an append-only `overrides.jsonl`. Knows no price."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from validator.marking.report import Decision, Ruling

FILE_NAME = "overrides.jsonl"
KEYS = ("submission", "clause", "decision", "marks", "by", "why", "when")
DECISIONS: tuple[str, ...] = get_args(Decision)
LARGEST_PENALTY, SMALLEST_PART = Decimal(-1000), Decimal("0.001")
"""What lies beyond is a slip of the hand, and no report could print it."""
SHOWN = 40


class OverrideError(ValueError):
    """A ruling makes no sense: `overrides.jsonl: line 3: decision: expected one of ..., got ...`."""


@dataclass(frozen=True, kw_only=True)
class Override:
    """One ruling and the submission it is about."""

    submission: str
    ruling: Ruling


def line_of(override: Override) -> str:
    """The override as one JSON line, without the line's end."""
    ruling = override.ruling
    marks = None if ruling.marks is None else _plain_number(ruling.marks)
    values = (override.submission, ruling.clause, ruling.decision, marks, ruling.by, ruling.why, ruling.when)
    return json.dumps(dict(zip(KEYS, values, strict=True)), ensure_ascii=False)


def overrides_in(text: str, *, name: str = FILE_NAME) -> tuple[Override, ...]:
    """Every override of a file, oldest first; empty lines are skipped. Raises OverrideError."""
    lines = enumerate(text.splitlines(), start=1)
    return tuple(_override(line, f"{name}: line {number}") for number, line in lines if line.strip())


def rulings_for(path: Path, *, submission: str) -> tuple[Ruling, ...]:
    """The rulings about one submission in this file, oldest first; none when there is no file."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise OverrideError(f"{path}: cannot be read ({error})") from error
    every = overrides_in(text, name=path.name)
    return tuple(override.ruling for override in every if override.submission == submission)


def latest(rulings: Iterable[Ruling]) -> dict[str, Ruling]:
    """Clause to the ruling that holds: the last one given."""
    return {ruling.clause: ruling for ruling in rulings}


def ruling_from(values: dict[str, Any], *, path: str) -> Ruling:
    """The ruling of these values. Raises OverrideError."""
    for key in ("clause", "by", "why", "when"):
        if not isinstance(values[key], str) or not values[key].strip():
            raise OverrideError(f"{path}: {key}: expected some text, got {json.dumps(values[key], default=str)}")
    if values["decision"] not in DECISIONS:
        raise OverrideError(
            f"{path}: decision: expected one of {', '.join(DECISIONS)}, got {json.dumps(values['decision'])}"
        )
    return Ruling(
        clause=values["clause"],
        decision=values["decision"],
        marks=_marks(values["marks"], decision=values["decision"], path=f"{path}: marks"),
        by=values["by"],
        why=values["why"],
        when=values["when"],
    )


def _override(line: str, path: str) -> Override:
    try:
        values = json.loads(line, parse_float=Decimal, parse_constant=Decimal)
    except (ValueError, RecursionError) as error:
        raise OverrideError(f"{path}: not JSON ({error})") from error
    if not isinstance(values, dict) or set(values) != set(KEYS):
        raise OverrideError(f"{path}: expected an object with exactly the keys {', '.join(KEYS)}")
    if not isinstance(values["submission"], str) or not values["submission"]:
        raise OverrideError(f"{path}: submission: expected the id of a submission")
    return Override(submission=values["submission"], ruling=ruling_from(values, path=path))


def _marks(value: Any, *, decision: str, path: str) -> Decimal | None:
    if decision != "marks":
        if value is not None:
            raise OverrideError(f"{path}: only decision `marks` has a number, got {value}")
        return None
    number = Decimal(value) if type(value) in (int, Decimal) else None
    if number is None or not number.is_finite() or number > 0:
        raise OverrideError(f"{path}: expected a penalty of zero or less, such as -10, got {str(value)[:SHOWN]}")
    if number < LARGEST_PENALTY or number % SMALLEST_PART:
        bounds = f"at most {-LARGEST_PENALTY} marks in parts of {SMALLEST_PART}"
        raise OverrideError(f"{path}: expected {bounds}, got {str(value)[:SHOWN]}")
    return number


def _plain_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
