"""What a clause costs and when work is due, in the words of a student. Reads a rubric; computes nothing but dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from validator.marking.rubric import Clause
from validator.marking.rules import find_rule
from validator.marking.words import counted, decimal_text
from validator.marking.working_days import Calendar, due_of

LATE = "handin/late"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
"""Names of our own: those of the system follow its language."""


def price(clause: Clause) -> str:
    """`5 marks off for every complete 10 % over the limit`, `a person decides what it costs`."""
    penalty = clause.penalty
    marks, unit = counted_marks(clause), unit_of(clause)
    tenth = {
        "complete-tenths": f"{marks} off for every complete 10 % over the limit",
        "started-tenths": f"{marks} off for every started 10 % over the limit",
        "proportional": f"{marks} off for 10 % over the limit, more or less of it in proportion",
    }
    words = {
        "fixed": f"{marks} off" if penalty.marks else "it is said, and costs nothing",
        "per-unit": f"{marks} off for each {unit}",
        "per-unit-percent": f"{decimal_text(penalty.percent)} % of the awarded marks off for each {unit}",
        "per-tenth": tenth[penalty.policy],
        "cap": f"the final mark is at most {decimal_text(penalty.marks)}",
        "zero": "the final mark is 0",
        "refer": "a person decides what it costs",
    }[penalty.shape]
    return f"{words}; nothing before a person has confirmed it" if waits(clause) else words


def waits(clause: Clause) -> bool:
    """Whether the price waits for a person to confirm it."""
    return clause.penalty.kind == "proposed" and clause.penalty.shape != "refer"


def counted_marks(clause: Clause) -> str:
    """`5 marks`, `1 mark`, `2.5 marks`."""
    text = decimal_text(clause.penalty.marks)
    return f"{text} mark" if text == "1" else f"{text} marks"


def unit_of(clause: Clause) -> str:
    """One of what the rule counts: `page over the limit`, `started working day`."""
    unit = find_rule(clause.rule).unit
    if clause.rule == LATE:
        return "started day" if "days" in clause.limits else "started working day"
    return f"{unit.removesuffix('s')} over the limit"


def late_lines(clause: Clause) -> Iterator[str]:
    """When the window of a late clause begins and ends, from its limits alone."""
    limits = clause.limits
    due, calendar = due_of(limits), Calendar(holidays=limits.get("holidays", ()), working="days" not in limits)
    days = limits.get("working_days", limits.get("days"))
    begins = moment(due)
    if days is None:
        yield f"for everything after {begins}"
    else:
        last = f"{moment(calendar.after(due, days=days))} ({counted(days, calendar.unit)} later)"
        yield f"after {begins}, until {last}" if limits["window"] == "within" else f"for everything after {last}"
    if "grace_minutes" in limits:
        yield f"a hand-in up to {counted(limits['grace_minutes'], 'minutes')} late counts as in time"


def holidays(clauses: tuple[Clause, ...]) -> tuple[date, ...]:
    """Every holiday of these late clauses, in order."""
    return tuple(sorted({day for clause in clauses for day in clause.limits.get("holidays", ())}))


def deadline(clause: Clause) -> str:
    """`Friday 13 May 2022, 16:00 (Europe/London)`."""
    zone = clause.limits.get("zone")
    said = moment(due_of(clause.limits))
    return f"{said} ({zone})" if zone else f"{said} ({due_of(clause.limits).tzinfo})"


def moment(value: datetime) -> str:
    """`Friday 13 May 2022, 16:00`."""
    return f"{DAYS[value.weekday()]} {day(value.date())}, {value:%H:%M}"


def day(value: date) -> str:
    """`13 May 2022`."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
