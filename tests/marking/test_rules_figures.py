"""Figures that a paper must show, and pictures that may have been edited: found, not found, and never a fail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from validator.evidence import Fault, Figure, Flag, Metrics, Reading

GRID = Figure(kind="samples", page=3, detail="a grid of 8 x 8 tiles", count=64, compared=True)
UNITS = {"stored_pictures": "pictures", "run_pictures": "pictures", "batch_in_stored": "share", "batch_in_run": "share"}


def metrics(*flags: Flag, **values: float) -> Metrics:
    readings = {
        f"figures.{name}": Reading(value=values[name], unit=unit, source="observed")
        if name in values
        else Reading.missing(unit=unit, why="there is none")
        for name, unit in UNITS.items()
    }
    return Metrics(about="figures", readings=readings, flags=flags)


def evidence(made, *figures: Figure, seen: Metrics | None = None):
    looked = seen or metrics(stored_pictures=2, run_pictures=0)
    return made.evidence(papers=(made.paper(figures=figures),), metrics=(*made.metrics(), looked))


def batch(made, count: int | None = 64):
    return made.clause("paper/missing-figure", figure="a batch of 64 samples", kind="samples", count=count)


def test_a_figure_of_the_kind_and_count_passes_with_its_page(made):
    (finding,) = made.check(evidence(made, GRID), batch(made))
    assert (finding.verdict, finding.where) == ("pass", "p3")
    assert "8 x 8" in finding.message


@pytest.mark.parametrize("count", [36, 100, None])
def test_another_count_is_a_question_with_its_shape(made, count):
    (finding,) = made.check(evidence(made, replace(GRID, count=count)), batch(made))
    assert finding.verdict == "unknown"
    assert "64 are asked for" in finding.message


def test_strips_drawn_one_by_one_are_added_up(made):
    strips = [Figure(kind="interpolations", page=4, detail="a strip", count=1)] * 8
    clause = made.clause("paper/missing-figure", figure="interpolations", kind="interpolations", count=8)
    assert made.verdicts(evidence(made, *strips), clause) == ["pass"]
    assert made.verdicts(evidence(made, *strips[:5]), clause) == ["unknown"]


def test_a_figure_that_is_not_found_is_not_missing(made):
    (finding,) = made.check(evidence(made), batch(made))
    assert (finding.verdict, finding.message) == ("unknown", "a batch of 64 samples: not found by the program")


def test_figures_nobody_looked_for_say_why(made):
    unread = made.evidence(skipped={"compare-figures": "the paper was not read: it is torn"})
    (finding,) = made.check(unread, batch(made))
    assert finding.verdict == "unknown"
    assert "it is torn" in finding.message
    crashed = made.evidence(faults=(Fault(stage="compare-figures", what="it crashed"),))
    assert "harness" in made.check(crashed, batch(made))[0].message
    assert made.verdicts(made.nothing(), batch(made)) == ["unknown"]


def test_a_clause_without_a_kind_is_for_a_person(made):
    clause = made.clause("paper/missing-figure", figure="a table of all results")
    assert made.verdicts(evidence(made, GRID), clause) == ["unknown"]


EDITED = "integrity/edited-images"


def test_a_batch_that_the_outputs_show_agrees(made):
    seen = replace(GRID, seen_in="stored outputs, cell 7 of a.ipynb")
    whole = metrics(stored_pictures=2, run_pictures=0, batch_in_stored=1.0)
    (finding,) = made.check(evidence(made, seen, seen=whole), made.clause(EDITED))
    assert finding.verdict == "pass"
    assert "cell 7" in finding.message


@pytest.mark.parametrize(
    ("caption", "verdict"),
    [("'Figure 1: CIFAR-100 samples.'", "unknown"), ("'Figure 1: Real images of the training set.'", "pass")],
)
def test_another_grid_of_64_in_no_output_is_for_a_person_unless_it_is_named_as_data(made, caption, verdict):
    seen = replace(GRID, seen_in="stored outputs, cell 7 of a.ipynb")
    beside = replace(GRID, page=2, detail=f"a grid of 8 x 8 tiles; {caption}")
    whole = metrics(stored_pictures=2, run_pictures=0, batch_in_stored=1.0)
    (finding,) = made.check(evidence(made, beside, seen, seen=whole), made.clause(EDITED))
    assert finding.verdict == verdict
    assert "the batch of 64 is the picture in stored outputs, cell 7" in finding.message
    assert ("p2 (64 tiles): a grid in no stored picture" in finding.message) == (verdict == "unknown")


def test_a_batch_in_no_stored_picture_is_for_a_person(made):
    other = metrics(stored_pictures=2, run_pictures=3, batch_in_stored=0.125, batch_in_run=0.0)
    (finding,) = made.check(evidence(made, GRID, seen=other), made.clause(EDITED))
    assert finding.verdict == "unknown"
    assert "in none of 2 stored pictures; the one most like it holds 8 of its tiles" in finding.message


def test_a_batch_without_stored_pictures_cannot_be_compared(made):
    none = metrics(stored_pictures=0, run_pictures=3, batch_in_run=0.0)
    (finding,) = made.check(evidence(made, GRID, seen=none), made.clause(EDITED))
    assert finding.verdict == "unknown"
    assert "without stored pictures, and a run draws other samples" in finding.message


@pytest.mark.parametrize("kind", ["batch-differs", "batch-picked", "batch-pasted", "batch-alike"])
def test_what_was_seen_of_the_batch_is_said_even_where_it_agrees_elsewhere(made, kind):
    flag = Flag(kind=kind, detail="2 of 64 tiles are not those of cell 7", where="p3")
    seen = replace(GRID, seen_in="the run, cell 7")
    found = made.check(evidence(made, seen, seen=metrics(flag, stored_pictures=2)), made.clause(EDITED))
    assert [finding.verdict for finding in found] == ["unknown"]
    assert "2 of 64 tiles" in found[0].message


def test_pictures_that_no_code_made_are_told_beside_it(made):
    flag = Flag(kind="picture-without-code", detail="a picture", where="a.ipynb, cell 2")
    found = made.check(evidence(made, GRID, seen=metrics(flag, stored_pictures=2)), made.clause(EDITED))
    assert [finding.verdict for finding in found] == ["unknown", "unknown"]
    assert found[1].where == "a.ipynb, cell 2"


def test_the_rule_never_fails_anybody_and_says_why_nothing_was_looked_at(made):
    assert made.verdicts(made.nothing(), made.clause(EDITED)) == ["unknown"]
    assert made.verdicts(made.evidence(), made.clause(EDITED)) == ["unknown"]
    skipped = made.evidence(skipped={"compare-figures": "the paper was not read: it is torn"})
    assert "it is torn" in made.check(skipped, made.clause(EDITED))[0].message
