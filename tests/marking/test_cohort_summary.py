"""The cohort's rows and counts, from reports built by hand."""

from decimal import Decimal

import pytest

from validator.evidence import Harness
from validator.marking.cohort import summarise
from validator.marking.report import PricedFinding, Report, Review, RubricRef, Ruling, SubmissionRef

RULING = Ruling(clause="a", decision="confirm", marks=None, by="A. Person", why="seen", when="2025-02-01")


def finding(clause="a", *, verdict="fail", marks=0, kind="measured", ruling=None, cap=None):
    return PricedFinding(
        rule=f"paper/{clause}", clause=clause, cites="", says=clause, about="", verdict=verdict, kind=kind,
        marks=Decimal(marks), measured=None, limit=None, unit="", excess=None, where="", witness=None, message="",
        price="", cap=cap, ruling=ruling,
    )  # fmt: skip


def report(*findings, name="x", status="marked", total=0, waiting=0):
    return Report(
        schema=1, harness=Harness(version="1"), rubric=RubricRef(id="r", title="R", sha256="0"),
        submission=SubmissionRef(id=name, sha256=name, source=name), status=status, penalties=findings,
        total_penalty=Decimal(total), proposed_penalty=Decimal(0), mark_cap=None,
        needs_review=(Review(clause="a", rule="paper/a", why=""),) * waiting, criteria=(), readings={},
    )  # fmt: skip


def test_rows_are_in_the_order_of_ids_however_given():
    reports = [report(name=name) for name in ("b", "a", "c")]

    assert [row.id for row in summarise(reports).students] == ["a", "b", "c"]
    assert summarise(reports) == summarise(reversed(reports))


def test_the_worst_verdict_of_a_clause_stands_for_it():
    (row,) = summarise([report(finding(verdict="pass"), finding(verdict="unknown"), finding(verdict="fail"))]).students

    assert row.standings["a"].verdict == "fail"
    assert (row.passed, row.failed, row.unknown) == (0, 1, 0)


def test_an_unknown_is_never_counted_as_a_pass_or_a_fail():
    summary = summarise([report(finding(verdict="unknown"))])

    assert (summary.unknown, summary.without_findings) == (1, 0)
    assert (summary.clauses[0].passed, summary.clauses[0].failed, summary.clauses[0].unknown) == (0, 0, 1)


@pytest.mark.parametrize(
    ("applied", "proposed", "changes"),
    [(-5, 0, {}), (0, -5, {"kind": "proposed"}), (-5, 0, {"kind": "proposed", "ruling": RULING})],
)
def test_a_proposal_counts_only_once_a_person_ruled(applied, proposed, changes):
    (row,) = summarise([report(finding(marks=-5, **changes))]).students

    assert (row.standings["a"].applied, row.standings["a"].proposed) == (applied, proposed)


def test_marks_of_several_findings_of_a_clause_add_up():
    (row,) = summarise([report(finding(marks=-5), finding(marks="-2.5"))]).students

    assert row.standings["a"].applied == Decimal("-7.5")


def test_clauses_keep_the_order_of_the_rubric():
    summary = summarise([report(finding("z"), finding("b"), name="a"), report(finding("z"), finding("b"), name="b")])

    assert [row.clause for row in summary.clauses] == ["z", "b"]


@pytest.mark.parametrize(
    ("total", "least"), [(0, 0), ("-0.5", 1), (-10, 1), ("-10.5", 11), (-25, 21), (-100, 91), (-950, 101)]
)
def test_a_penalty_falls_into_one_band(total, least):
    bands = summarise([report(total=total)]).bands

    assert [band.least for band in bands if band.submissions] == [least]


def test_a_harness_error_is_counted_apart_and_has_no_place_in_the_spread():
    summary = summarise([report(name="a"), report(name="b", status="harness-error", total=-5)])

    assert (summary.marked, summary.harness_errors) == (1, 1)
    assert sum(band.submissions for band in summary.bands) == 1


def test_submissions_that_wait_are_counted_once_each():
    assert summarise([report(name="a", waiting=3), report(name="b")]).waiting == 1


def test_an_empty_cohort_is_all_zero():
    assert summarise([]).students == ()
    assert summarise([]).marked == 0
