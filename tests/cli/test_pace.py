"""The time left is told from what finished submissions took, over the places they are spread over."""

from validator.cli.pace import Pace


def finished(pace: Pace, name: str, *, begin: float, end: float) -> None:
    pace.begun(name, now=begin)
    pace.ended(name, now=end)
    pace.complete(name)


def test_nothing_is_said_before_anything_was_measured() -> None:
    pace = Pace(total=3, slots=1)
    pace.begun("a", now=0)
    assert pace.remaining_seconds(now=50) is None


def test_each_other_submission_needs_what_a_finished_one_needed() -> None:
    pace = Pace(total=4, slots=1)
    finished(pace, "a", begin=0, end=10)
    assert pace.remaining_seconds(now=10) == 30


def test_places_share_the_work() -> None:
    pace = Pace(total=5, slots=2)
    finished(pace, "a", begin=0, end=10)
    assert pace.remaining_seconds(now=10) == 20


def test_what_a_running_one_had_already_counts() -> None:
    pace = Pace(total=2, slots=1)
    finished(pace, "a", begin=0, end=10)
    pace.begun("b", now=10)
    assert pace.remaining_seconds(now=14) == 6


def test_of_one_that_takes_longer_than_the_others_did_nothing_is_told() -> None:
    pace = Pace(total=2, slots=1)
    finished(pace, "a", begin=0, end=10)
    pace.begun("b", now=10)
    assert pace.remaining_seconds(now=40) is None


def test_stages_of_one_submission_add_up() -> None:
    pace = Pace(total=2, slots=1)
    pace.begun("a", now=0)
    pace.ended("a", now=1)
    pace.begun("a", now=100)
    pace.ended("a", now=104)
    pace.complete("a")
    assert pace.remaining_seconds(now=104) == 5


def test_one_kept_from_an_earlier_run_says_nothing_of_the_others() -> None:
    pace = Pace(total=3, slots=1)
    pace.complete("kept")
    assert pace.remaining_seconds(now=1) is None
    finished(pace, "a", begin=0, end=10)
    assert pace.remaining_seconds(now=10) == 10


def test_at_the_end_nothing_is_left() -> None:
    pace = Pace(total=1, slots=1)
    pace.complete("kept")
    assert pace.remaining_seconds(now=1) == 0
