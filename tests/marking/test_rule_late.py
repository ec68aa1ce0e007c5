"""The late policy: on time, within five working days, after them, and when nobody knows."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from validator.marking.rules.handin.late import last_moment

DEADLINE = datetime.fromisoformat("2025-01-28T14:00:00+00:00")


def verdict_at(made, moment, window):
    evidence = made.evidence()
    evidence = replace(evidence, submission=replace(evidence.submission, submitted_at=moment))
    clause = made.clause("handin/late", deadline=DEADLINE, working_days=5, window=window)
    (finding,) = made.check(evidence, clause)
    return finding


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
    ],
)
def test_the_moment_of_the_hand_in_decides(made, moment, within, after):
    assert within == verdict_at(made, moment, "within").verdict
    assert after == verdict_at(made, moment, "after").verdict


def test_the_message_shows_the_arithmetic(made):
    assert verdict_at(made, "2025-01-30T15:30:00+01:00", "within").message == (
        "handed in 2025-01-30T14:30:00+00:00, 2 d 0 h 30 min after the deadline 2025-01-28T14:00:00+00:00; "
        "5 working days later is 2025-02-04T14:00:00+00:00"
    )


def test_weekends_are_not_working_days():
    friday = datetime.fromisoformat("2025-01-31T14:00:00+00:00")
    assert last_moment(friday, working_days=1, holidays=()).date() == date(2025, 2, 3)


def test_holidays_are_not_working_days():
    holidays = (date(2025, 1, 29), date(2025, 2, 4))
    assert last_moment(DEADLINE, working_days=5, holidays=holidays).date() == date(2025, 2, 6)
