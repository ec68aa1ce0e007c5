"""The submission was handed in late.

## What it checks
When the submission was handed in, against the deadline. The window `within` is late by at most the given number of
working days, counted to the deadline's time of day; the window `after` is later than that. Working days are Monday to
Friday without the listed holidays.

## Why it matters
Everyone has the same time.

## Evidence
The time of the hand-in as the export or an option gives it. Approved extensions are not known here: a person dismisses
the finding.

## How to fix
Hand in before the deadline, and keep the receipt.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from typing import Literal

from validator.evidence import Evidence
from validator.marking.finding import Finding
from validator.marking.rubric import Clause

READINGS = ()
LIMITS = {"deadline": datetime, "working_days": int, "window": Literal["within", "after"]}
OPTIONAL = {"holidays": tuple[date, ...]}

SATURDAY = 5


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails when the hand-in falls into the clause's window."""
    deadline, days = clause.limits["deadline"], clause.limits["working_days"]
    last = last_moment(deadline, working_days=days, holidays=clause.limits.get("holidays", ()))
    handed_in = _moment(evidence.submission.submitted_at)
    if handed_in is None:
        yield Finding(verdict="unknown", message="the time of the hand-in is not known")
        return
    late, window = handed_in > deadline, clause.limits["window"]
    hit = late and (handed_in <= last if window == "within" else handed_in > last)
    yield Finding(
        verdict="fail" if hit else "pass",
        message=f"{_told(handed_in, deadline)}; {days} working days later is {last.isoformat()}",
        witness="observed",
    )


def last_moment(deadline: datetime, *, working_days: int, holidays: Collection[date]) -> datetime:
    """The deadline's time of day on the last of so many working days after it."""
    moment, left = deadline, working_days
    while left:
        moment += timedelta(days=1)
        left -= moment.weekday() < SATURDAY and moment.date() not in holidays
    return moment


def _moment(text: str | None) -> datetime | None:
    """The time with its offset; without one it is no moment and not believed."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _told(handed_in: datetime, deadline: datetime) -> str:
    local = handed_in.astimezone(deadline.tzinfo)
    minutes = abs(handed_in - deadline) // timedelta(minutes=1)
    apart = f"{minutes // 1440} d {minutes // 60 % 24} h {minutes % 60} min"
    side = "after" if handed_in > deadline else "before"
    return f"handed in {local.isoformat()}, {apart} {side} the deadline {deadline.isoformat()}"
