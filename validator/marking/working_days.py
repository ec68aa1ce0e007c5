"""Moments, zones and working days: when something is due, until when it is extended, how many days late it came.

Days end at the time of day of the deadline, in its zone, so that a change of daylight saving in between moves nobody's
hour. Moments are compared as instants. Pure: no clock, no files but the system's own time zones.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

SATURDAY = 5
MOST_DAYS = 366
"""Beyond so many days nobody counts."""
YEARS = range(1971, 2200)
COUNTED = re.compile(r"(?P<number>\d{1,3}) (?P<unit>working days?|days?)")


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Which days count: Monday to Friday without the holidays, or all of them."""

    holidays: Collection[date] = ()
    working: bool = True

    @property
    def unit(self) -> str:
        """What its days are called."""
        return "working days" if self.working else "days"

    def after(self, moment: datetime, *, days: int) -> datetime:
        """The same time of day on the last of so many counted days after it."""
        left = days
        while left:
            moment += timedelta(days=1)
            left -= not self.working or (moment.weekday() < SATURDAY and moment.date() not in self.holidays)
        return moment

    def started(self, due: datetime, handed_in: datetime) -> int:
        """How many counted days after `due` have begun by then; MOST_DAYS at most, 0 when nothing is late."""
        moment, number = due, 0
        while number < MOST_DAYS and is_after(handed_in, moment):
            moment, number = self.after(moment, days=1), number + 1
        return number


def is_after(one: datetime, other: datetime) -> bool:
    """Whether the first is the later instant; Python compares two times of one zone by their clocks alone."""
    return one.astimezone(UTC) > other.astimezone(UTC)


def apart(one: datetime, other: datetime) -> timedelta:
    """The time that passed between two moments, whichever is the earlier."""
    return abs(one.astimezone(UTC) - other.astimezone(UTC))


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name. Raises LookupError saying what to write."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:
        known = "expected a name such as Europe/London that this machine knows"
        raise LookupError(f'no time zone "{name}"; {known} (on Windows: pip install tzdata)') from error


def due_of(limits: Mapping[str, Any]) -> datetime:
    """The deadline of a clause as a moment of its zone, or with the offset it was written with."""
    deadline: datetime = limits["deadline"]
    if "zone" not in limits:
        return deadline
    zone = zone_of(limits["zone"])
    return deadline.astimezone(zone) if deadline.tzinfo else deadline.replace(tzinfo=zone)


def objection(limits: Mapping[str, Any]) -> str:
    """What is wrong with a deadline and its zone, as `key: why`; empty when nothing is."""
    deadline = limits["deadline"]
    if "zone" not in limits:
        words = 'add one, such as +00:00, or name the zone beside it: zone = "Europe/London"'
        return "" if deadline.tzinfo else f"deadline: {deadline.isoformat()} has no offset from UTC; {words}"
    try:
        local = due_of(limits)
    except LookupError as error:
        return f"zone: {error.args[0]}"
    if deadline.tzinfo and deadline.utcoffset() != local.utcoffset():
        return f"deadline: {deadline.isoformat()} is {local.isoformat()} in {limits['zone']}; leave the offset out"
    return ""


def moment_of(text: str | None) -> datetime | None:
    """The time with its offset; without one, or far from every term, it is no moment and not believed."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo and moment.year in YEARS else None


def understood(text: str) -> str:
    """An extension in the one way it is kept. Raises ValueError saying what may be written.

    A time with its offset, a date (until the deadline's time of that day), `5 working days`, or `7 days`.
    """
    words = " ".join(text.split()).lower()
    if counted := COUNTED.fullmatch(words):
        number, unit = int(counted["number"]), counted["unit"].removesuffix("s")
        if not 0 < number <= MOST_DAYS:
            raise ValueError(f"expected 1 to {MOST_DAYS} days, got {number}")
        return f"{number} {unit}{'' if number == 1 else 's'}"
    if words.isdecimal() and len(words) < 4:
        raise ValueError(f"{words} of what? Write `{words} working days` or `{words} days`")
    moment = _moment(words)
    if moment.year not in YEARS:
        raise ValueError(f"{text!r} is far from every term")
    if re.fullmatch(r"\d{4}-\d\d-\d\d", words):
        return words
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset from UTC; write for example {words.upper()}+00:00")
    return moment.isoformat()


def extended(due: datetime, text: str | None, calendar: Calendar) -> datetime:
    """Until when the deadline is extended: `due` itself without an extension, and never before it.

    Raises ValueError when the text is none that `understood` gives.
    """
    if not text:
        return due
    kept = understood(text)
    if counted := COUNTED.fullmatch(kept):
        working = counted["unit"].startswith("working")
        counting = Calendar(holidays=calendar.holidays, working=working)
        return counting.after(due, days=int(counted["number"]))
    if len(kept) == len("2025-02-04"):
        until = datetime.combine(date.fromisoformat(kept), due.timetz().replace(fold=0))
    else:
        until = datetime.fromisoformat(kept).astimezone(due.tzinfo)
    return until if is_after(until, due) else due


def _moment(words: str) -> datetime:
    try:
        return datetime.fromisoformat(words.upper())
    except ValueError as error:
        wanted = "expected a time such as 2025-02-04T14:00+00:00, a date, `5 working days` or `7 days`"
        raise ValueError(f"{wanted}, got {words!r}") from error
