"""The submission was handed in late.

## What it checks
When the submission was handed in, against the deadline or an approved extension of it. The window `within` is late by
at most the given number of days, and its fail counts the days that have begun; the window `after` is later than that. A
day ends at the deadline's time of day, in the deadline's zone. Working days are Monday to Friday without the listed
holidays; `days` counts every day. Within the minutes of grace nothing is late; after them the whole time counts.

## Why it matters
Everyone has the same time.

## Evidence
The time of the hand-in as the export or an option gives it, and the extension as the table of extensions gives it. No
name and no reason is kept, only until when.

## How to fix
Hand in before the deadline, and keep the receipt. If you have an approved extension that is not named here, say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal

from validator.evidence import Evidence
from validator.marking import working_days
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.shapes import Moment
from validator.marking.words import counted
from validator.marking.working_days import Calendar, is_after

READINGS = ()
LIMITS = {"deadline": Moment, "window": Literal["within", "after"]}
OPTIONAL = {
    "zone": str,
    "working_days": int,
    "days": int,
    "grace_minutes": int,
    "holidays": tuple[date, ...],
}
UNIT = "working days"


def objection(limits: Mapping[str, Any]) -> str:
    """What is wrong with these limits together."""
    if "working_days" in limits and "days" in limits:
        return "days: say working_days or days, not both"
    for key in ("working_days", "days"):
        if limits.get(key, 1) > working_days.MOST_DAYS:
            return f"{key}: expected at most {working_days.MOST_DAYS}, got {limits[key]}"
    return working_days.objection(limits)


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """Fails when the hand-in falls into the clause's window."""
    limits, submission = clause.limits, evidence.submission
    calendar = Calendar(holidays=limits.get("holidays", ()), working="days" not in limits)
    due = working_days.due_of(limits)
    handed_in = working_days.moment_of(submission.submitted_at)
    if handed_in is None:
        yield Finding(verdict="unknown", message="the time of the hand-in is not known")
        return
    try:
        until = working_days.extended(due, submission.extended_until, calendar)
    except (ValueError, OverflowError) as error:
        yield Finding(verdict="unknown", message=f"the extension cannot be read: {error}")
        return
    yield _judged(clause, calendar, due=due, until=until, handed_in=handed_in)


def _judged(clause: Clause, calendar: Calendar, *, due: datetime, until: datetime, handed_in: datetime) -> Finding:
    limits = clause.limits
    days = limits.get("working_days", limits.get("days", 0))
    last = calendar.after(until, days=days) if days else None
    grace = timedelta(minutes=limits.get("grace_minutes", 0))
    late = is_after(handed_in, until) and working_days.apart(handed_in, until) > grace
    begun = calendar.started(until, handed_in) if late else 0
    beyond = last is None or is_after(handed_in, last)
    hit = late and (last is None or not beyond if limits["window"] == "within" else beyond)
    said = [_told(handed_in, due, until) + (f" = {_begun(begun, calendar)}" if late else "")]
    if last is not None:
        said.append(f"{counted(days, calendar.unit)} later is {last.isoformat()}")
    if grace:
        said.append(f"{counted(limits['grace_minutes'], 'minutes')} of grace")
    return Finding(
        verdict="fail" if hit else "pass",
        message="; ".join(said),
        measured=begun if hit else None,
        unit=calendar.unit,
        excess=begun if hit else None,
        witness="observed",
    )


def _begun(number: int, calendar: Calendar) -> str:
    more = "more than " if number == working_days.MOST_DAYS else ""
    return f"{more}{number} started {calendar.unit if number != 1 else calendar.unit.removesuffix('s')}"


def _told(handed_in: datetime, due: datetime, until: datetime) -> str:
    minutes = working_days.apart(handed_in, until) // timedelta(minutes=1)
    passed = f"{minutes // 1440} d {minutes // 60 % 24} h {minutes % 60} min"
    side = "after" if is_after(handed_in, until) else "before"
    local = handed_in.astimezone(due.tzinfo).isoformat()
    extended = f", extended to {until.isoformat()}" if is_after(until, due) else ""
    return f"handed in {local}, {passed} {side} the deadline {due.isoformat()}{extended}"
