"""The late policy: on time, within so many days, after them, extended, over a change of the clocks, in the unknown."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from validator.marking import mark, mark_after
from validator.marking.final_mark import arithmetic
from validator.marking.report import Ruling
from validator.marking.rubric import Penalty
from validator.marking.working_days import apart, is_after, zone_of

DEADLINE = datetime.fromisoformat("2025-01-28T14:00:00+00:00")
LONDON = {"zone": "Europe/London"}


def handed_in(made, moment, extended_until=None):
    evidence = made.evidence()
    submission = replace(evidence.submission, submitted_at=moment, extended_until=extended_until)
    return replace(evidence, submission=submission)


def finding_at(made, moment, window, extended_until=None, **limits):
    if "days" not in limits:
        limits.setdefault("working_days", 5)
    clause = made.clause("handin/late", **{"deadline": DEADLINE, "window": window, **limits})
    (finding,) = made.check(handed_in(made, moment, extended_until), clause)
    return finding


def ruled(decision):
    return Ruling(clause="the-clause", decision=decision, marks=None, by="A. Person", why="seen", when="2025-02-01")


def verdicts(made, moment, **limits):
    return [finding_at(made, moment, window, **limits).verdict for window in ("within", "after")]


@pytest.mark.parametrize(
    ("moment", "within", "after"),
    [
        ("2025-01-28T14:00:00+00:00", "pass", "pass"),
        ("2025-01-28T15:00:00+01:00", "pass", "pass"),
        ("2025-01-28T14:00:01+00:00", "fail", "pass"),
        ("2025-02-04T14:00:00+00:00", "fail", "pass"),
        ("2025-02-04T14:00:01+00:00", "pass", "fail"),
        (None, "unknown", "unknown"),
        ("2025-01-29T10:00:00", "unknown", "unknown"),
        ("yesterday", "unknown", "unknown"),
        ("0001-01-01T00:00:00+14:00", "unknown", "unknown"),
        ("9999-12-31T23:59:59-14:00", "unknown", "unknown"),
    ],
)
def test_the_moment_of_the_hand_in_decides(made, moment, within, after):
    assert verdicts(made, moment) == [within, after]


def test_the_message_shows_the_arithmetic(made):
    assert finding_at(made, "2025-01-30T15:30:00+01:00", "within").message == (
        "handed in 2025-01-30T14:30:00+00:00, 2 d 0 h 30 min after the deadline 2025-01-28T14:00:00+00:00 "
        "= 3 started working days; 5 working days later is 2025-02-04T14:00:00+00:00"
    )


def test_a_hand_in_in_time_counts_no_days(made):
    finding = finding_at(made, "2025-01-28T13:58:30+00:00", "within")
    assert "0 d 0 h 1 min before the deadline" in finding.message
    assert (finding.measured, finding.excess) == (None, None)


def test_holidays_are_not_working_days(made):
    holidays = (date(2025, 1, 29), date(2025, 2, 4))
    moment = "2025-02-06T14:00:00+00:00"
    assert verdicts(made, moment) == ["pass", "fail"]
    assert verdicts(made, moment, holidays=holidays) == ["fail", "pass"]
    assert finding_at(made, moment, "within", holidays=holidays).excess == 5


@pytest.mark.parametrize(
    ("moment", "working", "every"),
    [
        ("2025-01-31T14:00:00+00:00", 3, 3),
        ("2025-01-31T14:00:01+00:00", 4, 4),
        ("2025-02-01T09:00:00+00:00", 4, 4),
        ("2025-02-02T23:00:00+00:00", 4, 6),
        ("2025-02-03T14:00:00+00:00", 4, 6),
    ],
)
def test_a_weekend_begins_no_working_day(made, moment, working, every):
    assert finding_at(made, moment, "within").excess == working
    assert finding_at(made, moment, "within", days=9).excess == every
    assert finding_at(made, moment, "within", days=9).unit == "days"


@pytest.mark.parametrize(
    ("moment", "verdict"),
    [("2025-01-28T14:10:00+00:00", "pass"), ("2025-01-28T14:10:01+00:00", "fail")],
)
def test_nothing_is_late_within_the_minutes_of_grace(made, moment, verdict):
    finding = finding_at(made, moment, "within", grace_minutes=10)
    assert finding.verdict == verdict
    assert "10 minutes of grace" in finding.message


@pytest.mark.parametrize(("window", "verdict"), [("within", "fail"), ("after", "fail")])
def test_without_a_number_of_days_every_late_hand_in_is_in_the_window(made, window, verdict):
    clause = made.clause("handin/late", deadline=DEADLINE, window=window)
    assert made.verdicts(handed_in(made, "2030-01-01T00:00:00+00:00"), clause) == [verdict]
    assert made.verdicts(handed_in(made, "2025-01-28T14:00:00+00:00"), clause) == ["pass"]


# Clocks went forward in Britain on 27 March 2022 and back on 30 October 2022.


@pytest.mark.parametrize(
    ("deadline", "last_on_time", "first_day_ends"),
    [
        ("2022-03-25T16:00:00", "2022-03-25T16:00:00+00:00", "2022-03-28T16:00:00+01:00"),
        ("2022-10-28T16:00:00", "2022-10-28T16:00:00+01:00", "2022-10-31T16:00:00+00:00"),
    ],
)
def test_a_day_ends_at_the_same_hour_after_the_clocks_change(made, deadline, last_on_time, first_day_ends):
    limits = {"deadline": datetime.fromisoformat(deadline), **LONDON}
    assert finding_at(made, last_on_time, "within", **limits).verdict == "pass"
    second = datetime.fromisoformat(first_day_ends)
    assert finding_at(made, first_day_ends, "within", **limits).excess == 1
    late = second.replace(second=1).isoformat()
    assert finding_at(made, late, "within", **limits).excess == 2


def test_an_hour_that_the_clocks_repeat_is_told_apart(made):
    """01:30 comes twice on 30 October 2022: a deadline is the first of them, and an hour later is late."""
    limits = {"deadline": datetime.fromisoformat("2022-10-30T01:30:00"), **LONDON}
    assert finding_at(made, "2022-10-30T00:30:00+00:00", "within", **limits).verdict == "pass"
    late = finding_at(made, "2022-10-30T01:30:00+00:00", "within", **limits)
    assert late.verdict == "fail"
    assert "0 d 1 h 0 min after" in late.message


def test_an_extension_into_the_hour_that_the_clocks_repeat_is_later_than_its_first_pass(made):
    limits = {"deadline": datetime.fromisoformat("2022-10-30T01:30:00"), **LONDON}
    extension = "2022-10-30T01:15:00+00:00"
    assert finding_at(made, extension, "within", extension, **limits).verdict == "pass"


def test_two_times_of_one_zone_are_as_far_apart_as_time_has_passed():
    first = datetime.fromisoformat("2022-10-30T00:30:00+00:00").astimezone(zone_of("Europe/London"))
    second = datetime.fromisoformat("2022-10-30T01:30:00+00:00").astimezone(zone_of("Europe/London"))
    assert apart(first, second) == apart(second, first) == timedelta(hours=1)
    assert is_after(second, first)


@pytest.mark.parametrize(
    ("extension", "until"),
    [
        ("2025-02-04T17:00:00+00:00", "2025-02-04T17:00:00+00:00"),
        ("2025-02-04", "2025-02-04T14:00:00+00:00"),
        ("5 working days", "2025-02-04T14:00:00+00:00"),
        ("7 days", "2025-02-04T14:00:00+00:00"),
        ("1 day", "2025-01-29T14:00:00+00:00"),
    ],
)
def test_an_extension_moves_the_deadline(made, extension, until):
    moment = datetime.fromisoformat(until)
    assert finding_at(made, until, "within", extension).verdict == "pass"
    late = finding_at(made, moment.replace(second=1).isoformat(), "within", extension)
    assert (late.verdict, late.excess) == ("fail", 1)
    assert f"the deadline 2025-01-28T14:00:00+00:00, extended to {until} = 1 started working day" in late.message


def test_the_days_after_an_extension_are_counted_from_it(made):
    assert finding_at(made, "2025-02-11T14:00:00+00:00", "within", "5 working days").excess == 5
    assert finding_at(made, "2025-02-11T14:00:01+00:00", "after", "5 working days").verdict == "fail"


def test_an_extension_in_a_zone_crosses_a_change_of_the_clocks(made):
    limits = {"deadline": datetime.fromisoformat("2022-03-25T16:00:00"), **LONDON}
    assert finding_at(made, "2022-03-29T15:00:00+00:00", "within", "2 working days", **limits).verdict == "pass"
    assert finding_at(made, "2022-03-29T15:00:01+00:00", "within", "2022-03-29", **limits).verdict == "fail"


def test_an_extension_before_the_deadline_takes_nothing_away(made):
    for window in ("within", "after"):
        finding = finding_at(made, "2025-01-28T13:00:00+00:00", window, "2025-01-20")
        assert finding.verdict == "pass"
        assert "extended" not in finding.message


@pytest.mark.parametrize("extension", ["soon", "2025-02-04T17:00:00", "400 days", "9999-12-31", "3"])
def test_an_extension_that_cannot_be_read_is_unknown_and_never_late(made, extension):
    assert finding_at(made, "2025-03-28T14:00:00+00:00", "after", extension).verdict == "unknown"


def test_ten_per_cent_a_working_day_come_off_the_awarded_marks(made):
    limits = {"deadline": datetime.fromisoformat("2022-05-13T16:00:00"), "working_days": 5, **LONDON}
    tenth = Penalty(shape="per-unit-percent", percent=Decimal(10))
    daily = replace(made.clause("handin/late", window="within", penalty=tenth, **limits), id="daily")
    too_late = replace(made.clause("handin/late", window="after", penalty=Penalty(shape="zero"), **limits), id="zero")

    report = mark(handed_in(made, "2022-05-17T17:00:00+01:00"), made.rubric(daily, too_late))
    assert report.percent_off == 30
    assert report.penalties[0].price == "3 working days x 10 % = 30 % of the awarded marks"
    assert (report.total_penalty, report.mark_cap) == (0, None)
    assert mark_after(Decimal("68.5"), report) == Decimal("47.95")
    assert arithmetic(Decimal("68.5"), report) == "68.5 - 30 % of 68.5 = 47.95"

    report = mark(handed_in(made, "2022-05-20T16:00:01+01:00"), made.rubric(daily, too_late))
    assert (report.percent_off, report.mark_cap) == (None, 0)
    assert mark_after(Decimal("68.5"), report) == 0
    assert arithmetic(Decimal("68.5"), report) == "at most 0: 0"


def test_percent_come_off_what_the_penalties_leave_and_a_cap_holds_last(made):
    percent = made.clause(
        "handin/late",
        deadline=DEADLINE,
        working_days=5,
        window="within",
        penalty=Penalty(shape="per-unit-percent", percent=Decimal(10)),
    )
    cap = replace(percent, id="cap", penalty=Penalty(shape="cap", marks=Decimal(40)))
    fixed = replace(percent, id="fixed", penalty=Penalty(shape="fixed", marks=Decimal(10)))
    uncapped = mark(handed_in(made, "2025-01-29T15:00:00+00:00"), made.rubric(percent, fixed))
    assert mark_after(Decimal(72), uncapped) == Decimal("49.6")
    report = mark(handed_in(made, "2025-01-29T15:00:00+00:00"), made.rubric(percent, cap, fixed))
    assert mark_after(Decimal(72), report) == 40
    assert arithmetic(Decimal(72), report) == "72 - 10 = 62; 62 - 20 % of 62 = 49.6; at most 40: 40"
    assert arithmetic(Decimal(4), report) == "4 - 10 = -6, but never below 0; 0 - 20 % of 0 = 0; at most 40: 0"


def test_no_more_than_everything_comes_off(made):
    clause = made.clause(
        "handin/late",
        deadline=DEADLINE,
        window="within",
        penalty=Penalty(shape="per-unit-percent", percent=Decimal(10)),
    )
    report = mark(handed_in(made, "2025-06-29T15:00:00+00:00"), made.rubric(clause))
    assert report.percent_off == 100
    assert report.penalties[0].price.endswith("= 100 % of the awarded marks, which is all")
    assert mark_after(Decimal(72), report) == 0


def test_a_proposed_percentage_waits_for_a_person_and_holds_when_confirmed(made):
    penalty = Penalty(shape="per-unit-percent", percent=Decimal(10), kind="proposed")
    clause = made.clause("handin/late", deadline=DEADLINE, window="within", penalty=penalty)
    evidence = handed_in(made, "2025-01-29T14:00:00+00:00")
    waiting = mark(evidence, made.rubric(clause))
    assert waiting.percent_off is None
    assert waiting.needs_review[0].why.startswith("proposed 1 working day x 10 %")
    ruling = ruled("confirm")
    assert mark(evidence, made.rubric(clause), (ruling,)).percent_off == 10
    dismissed = ruled("dismiss")
    assert mark(evidence, made.rubric(clause), (dismissed,)).percent_off is None
