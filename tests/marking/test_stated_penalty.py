"""The penalty that a paper states beside the total that is computed: it agrees, differs, or cannot be told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from validator.evidence import Claim, Fault
from validator.marking import mark
from validator.marking.report import Ruling
from validator.marking.rubric import Penalty
from validator.marking.stated_penalty import Computed


def states(value: float, *, about: str = "", quote: str = "Total penalty", flags: tuple[str, ...] = ()) -> Claim:
    return Claim(kind="penalty", about=about, value=value, unit="marks", where="p4", quote=quote, flags=flags)


def ruled(clause: str) -> Ruling:
    return Ruling(clause=clause, decision="waive", marks=None, by="ab", why="seen", when="2025-02-01T10:00:00+00:00")


@pytest.fixture
def reported(made):
    """The priced finding and the reviews on what a paper states, of a classifier with so many parameters."""

    def report(*claims: Claim, parameters: int | None = 90_000, pages: int = 4, rulings=(), **changes):
        clauses = [
            replace(made.clause("paper/penalty-unstated"), id="stated"),
            replace(
                made.clause(
                    "training/too-many-parameters",
                    about="classifier",
                    parameters=100_000,
                    at_limit="exceeded",
                    penalty=made.per_tenth(policy="complete-tenths", kind="measured"),
                ),
                id="parameters",
            ),
            replace(
                made.clause(
                    "paper/too-long",
                    pages=4,
                    policy="without-references",
                    penalty=Penalty(shape="per-unit", marks=Decimal(10), kind="proposed"),
                ),
                id="pages",
            ),
        ]
        evidence = made.evidence(
            papers=(made.paper(counted=pages, claims=claims),),
            runs=(made.run("classifier", parameters=parameters),),
            **changes,
        )
        marked = mark(evidence, made.rubric(*clauses), rulings)
        (found,) = [line for line in marked.penalties if line.clause == "stated"]
        return found, [review.why for review in marked.needs_review if review.clause == "stated"], marked

    return report


def test_the_total_that_is_computed_agrees(reported):
    found, reviews, _ = reported(states(-10), parameters=120_000)
    assert (found.verdict, reviews) == ("pass", [])
    assert found.message.endswith("computed here: -10 marks: it agrees")


def test_another_total_goes_to_a_person_and_costs_nothing(reported):
    found, reviews, report = reported(states(-5), parameters=120_000)
    assert (found.verdict, found.marks, len(reviews)) == ("fail", 0, 1)
    assert report.total_penalty == -10
    assert "states -5 marks" in found.message
    assert "computed here: -10 marks" in found.message


def test_no_penalty_stated_beside_one_that_is_computed_differs(reported):
    assert reported(states(0), parameters=120_000)[0].verdict == "fail"
    assert reported(states(0), parameters=99_999)[0].verdict == "pass"


@pytest.mark.parametrize(("stated", "verdict"), [(-10, "pass"), (-30, "pass"), (-20, "fail")])
def test_what_waits_for_a_person_may_or_may_not_be_in_the_total(reported, stated, verdict):
    found, _, report = reported(states(stated), parameters=120_000, pages=6)
    assert (report.total_penalty, report.proposed_penalty) == (-10, -20)
    assert found.verdict == verdict
    assert "and -20 more are proposed" in found.message


def test_a_count_that_is_unknown_leaves_it_open(reported):
    found, _, _ = reported(states(-5), parameters=None)
    assert found.verdict == "unknown"
    assert "without parameters, not known here" in found.message
    found, _, _ = reported(states(0), parameters=None)
    assert (found.verdict, found.message.endswith("not known here")) == ("pass", True)


def test_one_statement_for_each_model_is_added_up(reported):
    each = (states(-10, about="classifier", quote="here"), states(0, about="generator", quote="there"))
    found, _, _ = reported(*each, parameters=120_000)
    assert found.verdict == "pass"
    assert "-10 together" in found.message


def test_several_statements_without_a_total_are_not_compared(reported):
    found, _, _ = reported(states(-10, quote="a"), states(-5, quote="b"), parameters=120_000)
    assert found.verdict == "unknown"
    assert "ambiguous" in found.message


def test_nothing_found_is_said_with_what_was_computed(reported):
    found, _, _ = reported(parameters=120_000)
    assert found.verdict == "unknown"
    assert "not found by the program; a person looks. Computed here: -10 marks" in found.message
    assert "missing" not in found.message


def test_what_only_might_be_lost_is_not_compared(reported):
    assert reported(states(-50, flags=("variant",)), parameters=90_000)[0].verdict == "unknown"


def test_a_ruling_on_another_clause_changes_the_total(reported):
    waived = ruled("parameters")
    assert reported(states(0), parameters=120_000, rulings=(waived,))[0].verdict == "pass"


def test_a_ruling_on_the_clause_itself_stands(reported):
    said = ruled("stated")
    found, reviews, _ = reported(states(-5), parameters=120_000, rulings=(said,))
    assert (found.ruling, reviews) == (said, [])


def test_a_fault_of_the_harness_stays_one(reported):
    fault = Fault(stage="static", what="it fell over")
    assert "the harness failed" in reported(states(0), faults=(fault,))[0].message


def test_every_selection_of_what_is_proposed_is_possible():
    possible = Computed(applied=Decimal(-5), proposed=(Decimal(-10), Decimal(-100))).possible
    assert possible == {Decimal(n) for n in (-5, -15, -105, -115)}
