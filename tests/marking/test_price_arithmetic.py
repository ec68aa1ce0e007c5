"""The golden arithmetic of comp3547-2024, and how marks stack, stop at zero and are capped."""

from dataclasses import replace
from decimal import Decimal

import pytest

from validator.evidence import Submission
from validator.marking import mark, mark_after
from validator.marking.rubric import Penalty


@pytest.mark.parametrize(
    ("parameters", "verdict", "marks"),
    [
        (99_999, "pass", 0),
        (100_000, "fail", 0),
        (100_001, "fail", 0),
        (109_999, "fail", 0),
        (110_000, "fail", -5),
        (150_000, "fail", -25),
        (200_000, "fail", -50),
    ],
)
def test_classifier_parameters_cost_five_marks_a_complete_tenth(made, comp3547, parameters, verdict, marks):
    report = mark(made.evidence(runs=(made.run("classifier", parameters=parameters),)), comp3547)
    priced = next(p for p in report.penalties if p.clause == "classifier-parameters")
    assert (verdict, marks) == (priced.verdict, priced.marks)
    assert marks == report.total_penalty


@pytest.mark.parametrize(
    ("steps", "verdict", "marks"),
    [
        (9_999, "pass", 0),
        (10_000, "pass", 0),
        (10_001, "fail", 0),
        (10_999, "fail", 0),
        (11_000, "fail", -5),
        (15_000, "fail", -25),
        (20_000, "fail", -50),
        (200_000, "fail", -950),
    ],
)
def test_classifier_steps_cost_five_marks_a_complete_tenth(made, comp3547, steps, verdict, marks):
    report = mark(made.evidence(runs=(made.run("classifier", steps=steps),)), comp3547)
    priced = next(p for p in report.penalties if p.clause == "classifier-steps")
    assert (verdict, marks) == (priced.verdict, priced.marks)
    assert marks == report.total_penalty


@pytest.mark.parametrize(
    ("parameters", "steps", "marks"),
    [(999_999, 50_000, (0, 0)), (1_100_000, 55_000, (-5, -5)), (1_500_000, 75_000, (-25, -25))],
)
def test_generator_limits_are_ten_and_five_times_as_large(made, marks_of, parameters, steps, marks):
    found = marks_of(made.evidence(runs=(made.run("generator", parameters=parameters, steps=steps),)))
    assert marks == (found["generator-parameters"], found["generator-steps"])


def test_at_exactly_the_parameter_limit_the_message_says_so(made, comp3547):
    report = mark(made.evidence(runs=(made.run("classifier", parameters=100_000),)), comp3547)
    priced = next(p for p in report.penalties if p.clause == "classifier-parameters")
    assert priced.message == "100,000 parameters, fewer than 100,000 allowed; exactly the limit, which is not fewer"
    assert priced.price == "(100,000 - 100,000) x 10 / 100,000 = 0: 0 complete tenths x 5 marks = 0"


def test_at_exactly_the_step_limit_the_message_says_so(made, comp3547):
    report = mark(made.evidence(runs=(made.run("classifier", steps=10_000),)), comp3547)
    priced = next(p for p in report.penalties if p.clause == "classifier-steps")
    assert priced.message == "10,000 steps, at most 10,000 allowed; exactly the limit, which is allowed"


def test_the_price_shows_its_arithmetic(made, comp3547):
    report = mark(made.evidence(runs=(made.run("classifier", parameters=154_321),)), comp3547)
    priced = next(p for p in report.penalties if p.clause == "classifier-parameters")
    assert priced.price == "(154,321 - 100,000) x 10 / 100,000 = 5.43...: 5 complete tenths x 5 marks = 25"


def test_penalties_of_all_limits_stack(made, comp3547):
    runs = (
        made.run("classifier", parameters=150_000, steps=11_000),
        made.run("generator", parameters=1_100_000, steps=75_000),
    )
    assert mark(made.evidence(runs=runs), comp3547).total_penalty == -60


def test_a_page_too_many_is_proposed_and_not_counted(made, comp3547):
    report = mark(made.evidence(papers=(made.paper(total=6, counted=5),)), comp3547)
    assert (report.total_penalty, report.proposed_penalty) == (0, -10)
    assert "paper-length" in {review.clause for review in report.needs_review}


def test_two_pages_too_many_cost_twice_as_much(made, marks_of):
    assert marks_of(made.evidence(papers=(made.paper(total=6, counted=6),)))["paper-length"] == -20


def test_the_mark_never_falls_below_zero(made, comp3547):
    report = mark(made.evidence(runs=(made.run("classifier", steps=200_000),)), comp3547)
    assert mark_after(Decimal(80), report) == 0


def test_the_mark_loses_the_total_penalty(made, comp3547):
    report = mark(made.evidence(runs=(made.run("classifier", steps=11_000),)), comp3547)
    assert mark_after(Decimal("72.5"), report) == Decimal("67.5")


def test_a_late_mark_is_capped_after_the_penalties(made, comp3547):
    late = Submission(id="a", sha256="0", source="a.zip", submitted_at="2025-01-29T10:00:00+00:00")
    report = mark(made.evidence(submission=late), comp3547)
    assert report.mark_cap == 40
    assert mark_after(Decimal(90), report) == 40
    assert mark_after(Decimal(30), report) == 30


def test_a_very_late_mark_is_zero(made, comp3547):
    late = Submission(id="a", sha256="0", source="a.zip", submitted_at="2025-03-01T10:00:00+00:00")
    assert mark_after(Decimal(90), mark(made.evidence(submission=late), comp3547)) == 0


def test_started_tenths_charge_the_first_step_over(made):
    penalty = made.per_tenth(policy="started-tenths")
    clause = made.clause(
        "training/too-many-steps", about="classifier", penalty=penalty, steps=10_000, at_limit="allowed"
    )
    report = mark(made.evidence(runs=(made.run("classifier", steps=10_001),)), made.rubric(clause))
    assert report.total_penalty == -5
    assert "1 started tenth x 5 marks" in report.penalties[0].price


def test_a_proportional_price_is_cut_to_hundredths_in_the_students_favour(made):
    penalty = made.per_tenth(policy="proportional")
    clause = made.clause(
        "training/too-many-steps", about="classifier", penalty=penalty, steps=60_000, at_limit="allowed"
    )
    report = mark(made.evidence(runs=(made.run("classifier", steps=61_100),)), made.rubric(clause))
    assert report.total_penalty == Decimal("-0.91")


def test_zero_marks_have_no_sign(made):
    clause = made.clause("layout/nested-folder", penalty=Penalty(shape="fixed", marks=Decimal(0)))
    assert str(mark(made.evidence(), made.rubric(clause)).total_penalty) == "0"


def test_a_limit_exceeded_tenfold_goes_to_a_person_with_the_briefs_contradiction(made, comp3547):
    report = mark(made.evidence(runs=(made.run("classifier", steps=200_000),)), comp3547)
    priced = next(p for p in report.penalties if p.clause == "classifier-steps")
    assert "its rule gives 950" in priced.price
    assert "classifier-steps" in {review.clause for review in report.needs_review}


def test_a_limit_exceeded_by_nine_tenths_says_nothing_of_the_contradiction(made, comp3547):
    report = mark(made.evidence(runs=(made.run("classifier", steps=19_999),)), comp3547)
    priced = next(p for p in report.penalties if p.clause == "classifier-steps")
    assert "950" not in priced.price
    assert "classifier-steps" not in {review.clause for review in report.needs_review}


def test_the_contradiction_is_always_among_the_notes(made, comp3547):
    assert any("contradicts itself" in note for note in mark(made.evidence(), comp3547).notes)


def test_a_float_excess_has_no_price_and_goes_to_a_person(made):
    clause = made.clause("samples/too-few", penalty=Penalty(shape="per-unit", marks=Decimal(1)), samples=10_000)
    few = replace(made.metrics()[1], readings={"samples.count": made.reading(1.5, "images", "observed")})
    report = mark(made.evidence(metrics=(few,)), made.rubric(clause))
    assert report.total_penalty == 0
    assert report.needs_review[0].why.startswith("decide")
