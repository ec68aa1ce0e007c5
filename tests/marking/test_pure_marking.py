"""Marking as a function: nothing unknown or faulty ever costs, equal evidence gives equal reports, rulings hold."""

import random
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal

import pytest

from validator import evidence as door
from validator.evidence import Fault, Flag, Submission
from validator.marking import mark
from validator.marking.report import Ruling
from validator.marking.rubric import Penalty


def test_importing_marking_loads_nothing_heavy():
    heavy = "{'torch', 'numpy', 'click', 'jinja2', 'pypdf', 'rich', 'yaml'}"
    code = "import sys, validator.marking; validator.marking.load_rubric('comp3547-2024'); "
    code += f"from validator.marking.rules import all_rules; all_rules(); sys.exit(str({heavy} & set(sys.modules)) "
    code += f"if {heavy} & set(sys.modules) else 0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_unmeasured_evidence_costs_nothing_and_passes_nothing(made, comp3547):
    report = mark(made.nothing(), comp3547)
    assert {priced.verdict for priced in report.penalties} == {"unknown"}
    assert (report.total_penalty, report.proposed_penalty, report.mark_cap) == (0, 0, None)


def test_every_unknown_goes_to_a_person(made, comp3547):
    report = mark(made.nothing(), comp3547)
    assert {clause.id for clause in comp3547.clauses} == {review.clause for review in report.needs_review}


def test_every_clause_of_the_rubric_is_in_the_report_in_its_order(made, comp3547):
    found = dict.fromkeys(priced.clause for priced in mark(made.evidence(), comp3547).penalties)
    assert list(found) == [clause.id for clause in comp3547.clauses]


@pytest.mark.parametrize("shape", ["fixed", "per-unit", "cap", "zero"])
def test_an_unknown_costs_nothing_under_any_price(made, shape):
    penalty = Penalty(shape=shape, marks=Decimal(100) if shape != "zero" else Decimal(0))
    clause = made.clause("paper/too-long", about="paper", penalty=penalty, pages=4, policy="all")
    report = mark(made.nothing(), made.rubric(clause))
    assert (report.total_penalty, report.mark_cap) == (0, None)


def test_a_fault_makes_the_status_a_harness_error(made, comp3547):
    report = mark(made.evidence(faults=(Fault(stage="score-samples", what="it crashed"),)), comp3547)
    assert (report.status, report.faults) == ("harness-error", ("score-samples: it crashed",))


def test_a_fault_in_the_run_voids_what_the_run_would_cost(made, comp3547):
    runs = (made.run("classifier", parameters=200_000, steps=20_000),)
    report = mark(made.evidence(runs=runs, faults=(Fault(stage="run-classifier", what="it crashed"),)), comp3547)
    assert report.total_penalty == 0
    assert "classifier-steps" in {review.clause for review in report.needs_review}


def test_a_fault_elsewhere_leaves_the_count_standing(made, comp3547):
    runs = (made.run("classifier", parameters=110_000),)
    report = mark(made.evidence(runs=runs, faults=(Fault(stage="score-samples", what="it crashed"),)), comp3547)
    assert report.total_penalty == -5


def test_a_fault_of_the_static_stage_leaves_no_fail(made, comp3547):
    report = mark(made.nothing(faults=(Fault(stage="static", what="it crashed"),)), comp3547)
    assert {priced.verdict for priced in report.penalties} == {"unknown"}


def test_a_refused_archive_fails_alone(made, comp3547):
    layout = door.Layout(refused=Flag(kind="archive-bomb", detail="it would unpack to 1 TB"))
    report = mark(made.nothing(layout=layout), comp3547)
    assert [priced.clause for priced in report.penalties if priced.verdict != "unknown"] == ["archive-safe"]
    assert report.total_penalty == 0
    length = next(priced for priced in report.penalties if priced.clause == "paper-length")
    assert length.message == "pages: nothing could be unpacked: it would unpack to 1 TB"


def test_marking_twice_gives_equal_reports(made, comp3547):
    assert mark(made.evidence(), comp3547) == mark(made.evidence(), comp3547)


def test_the_order_of_tables_in_the_evidence_does_not_matter(made, comp3547):
    evidence = made.evidence()
    shuffled = replace(evidence, runs=tuple(_reordered(run) for run in evidence.runs))
    first, second = mark(evidence, comp3547), mark(shuffled, comp3547)
    assert first == second
    assert list(first.readings) == list(second.readings) == sorted(first.readings)


def _reordered(run):
    names = list(run.readings)
    random.Random(5).shuffle(names)
    return replace(run, readings={name: run.readings[name] for name in reversed(names)})


def test_evidence_read_back_from_its_file_is_marked_the_same(made, comp3547):
    evidence = made.evidence(runs=(made.run("classifier", parameters=150_000),))
    assert mark(evidence, comp3547) == mark(door.loads(door.dumps(evidence)), comp3547)


def test_criteria_carry_evidence_and_no_mark(made, comp3547):
    sheets = mark(made.evidence(), comp3547).criteria
    assert {sheet.mark for sheet in sheets} == {None}
    sentences = [line for sheet in sheets for answer in sheet.questions for line in answer.evidence]
    assert "Test accuracy 91.3 %; train accuracy 95.0 %." in sentences
    assert "FID 81.2 against the test images." in sentences
    assert "classifier steps: 9,000 steps (reported)." in sentences


def test_numbers_on_lookalike_data_say_so(made, comp3547):
    sheets = mark(made.evidence(metrics=made.metrics(lookalike=True)), comp3547).criteria
    sentences = [line for sheet in sheets for answer in sheet.questions for line in answer.evidence]
    assert "FID 81.2 against the test images. (On look-alike data: comparable with nothing.)" in sentences


def ruling(clause, decision, marks=None):
    return Ruling(clause=clause, decision=decision, marks=marks, by="A. Marker", why="looked", when="2025-02-10")


@pytest.fixture
def long_paper(made):
    return made.evidence(papers=(made.paper(total=5, counted=5),))


def clauses_for_a_person(report):
    return {review.clause for review in report.needs_review}


def test_a_confirmed_proposal_counts(long_paper, comp3547):
    report = mark(long_paper, comp3547, [ruling("paper-length", "confirm")])
    assert (report.total_penalty, report.proposed_penalty) == (-10, 0)
    assert "paper-length" not in clauses_for_a_person(report)


def test_a_dismissed_proposal_costs_nothing(long_paper, comp3547):
    report = mark(long_paper, comp3547, [ruling("paper-length", "dismiss")])
    assert (report.total_penalty, report.proposed_penalty) == (0, 0)
    priced = next(p for p in report.penalties if p.clause == "paper-length")
    assert (priced.verdict, priced.price) == ("fail", "dismiss by A. Marker: looked")


def test_a_number_given_by_a_person_replaces_the_price(made, comp3547):
    evidence = made.evidence(runs=(made.run("classifier", steps=200_000),))
    report = mark(evidence, comp3547, [ruling("classifier-steps", "marks", Decimal(-50))])
    assert report.total_penalty == -50


def test_a_number_stands_once_for_a_clause_with_several_findings(made, comp3547):
    evidence = made.evidence(layout=made.layout(roles={}))
    report = mark(evidence, comp3547, [ruling("files-present", "marks", Decimal(-7))])
    assert report.total_penalty == -7


def test_the_last_ruling_on_a_clause_holds(long_paper, comp3547):
    rulings = [ruling("paper-length", "confirm"), ruling("paper-length", "dismiss")]
    assert mark(long_paper, comp3547, rulings).total_penalty == 0


def test_a_dismissed_lateness_lifts_the_cap(made, comp3547):
    late = Submission(id="a", sha256="0", source="a.zip", submitted_at="2025-01-29T10:00:00+00:00")
    report = mark(made.evidence(submission=late), comp3547, [ruling("late-within-5-days", "dismiss")])
    assert report.mark_cap is None


def test_a_person_may_confirm_what_no_probe_sees(made, comp3547):
    report = mark(made.evidence(), comp3547, [ruling("code-cited", "confirm")])
    assert report.total_penalty == -100


def test_confirming_a_count_that_nobody_has_costs_nothing(made, comp3547):
    report = mark(made.nothing(), comp3547, [ruling("classifier-steps", "confirm")])
    assert report.total_penalty == 0


def test_a_ruling_on_a_clause_that_is_not_there_is_said(made, comp3547):
    report = mark(made.evidence(), comp3547, [ruling("no-such-clause", "dismiss")])
    assert "no-such-clause" in clauses_for_a_person(report)
