"""Curves and bars as coordinates: pure geometry."""

import math
from types import SimpleNamespace

import pytest

from validator.evidence import RepeatedLoss, Run
from validator.marking.cohort import Band
from validator.reporting import plot, repeated_losses


def coordinates(curve):
    return [tuple(map(float, pair.split(","))) for pair in curve.points.split()]


def test_a_falling_loss_is_drawn_downwards():
    (x0, y0), (x1, y1) = coordinates(plot.curve([(0, 3.0), (100, 1.0)]))

    assert x0 < x1
    assert y0 < y1


def test_every_point_lies_inside_the_frame():
    curve = plot.curve([(step, math.sin(step) * 1e6) for step in range(5_000)])

    assert all(plot.LEFT <= x <= plot.WIDTH - plot.RIGHT for x, _ in coordinates(curve))
    assert all(plot.TOP <= y <= plot.HEIGHT - plot.BOTTOM for _, y in coordinates(curve))


def test_many_points_are_thinned_and_the_last_is_kept():
    curve = plot.curve([(step, 1.0 + step) for step in range(100_000)])

    assert len(coordinates(curve)) <= plot.MOST_POINTS + 1
    assert curve.last == "100,000 at step 99,999"


def test_infinite_losses_are_left_out():
    assert len(coordinates(plot.curve([(0, 1.0), (1, math.inf), (2, math.nan), (3, 0.5)]))) == 2


def test_one_point_is_no_curve():
    assert plot.curve([(0, 1.0)]) is None
    assert plot.curve([(5, 1.0), (5, 2.0)]) is None


def test_a_constant_loss_is_drawn():
    assert plot.curve([(0, 0.0), (10, 0.0)]) is not None


def test_ticks_are_round_numbers():
    assert [tick.label for tick in plot.curve([(0, 0.0), (11_000, 3.1)]).x_ticks] == ["0", "5,000", "10,000"]


def test_the_tallest_bar_fills_the_frame_and_an_empty_band_has_no_height():
    tall, empty = plot.bars([Band(least=0, most=0, submissions=4), Band(least=1, most=10, submissions=0)])

    assert tall.height > 100
    assert empty.height == 0
    assert (tall.label, empty.label) == ("0", "1–10")


def repeated(stored, rerun, **changes):
    return RepeatedLoss(
        name="train loss",
        part="train",
        where="cell 7",
        stored=stored,
        rerun=rerun,
        stored_points=changes.pop("stored_points", len(stored)),
        rerun_points=len(rerun),
        stored_end=stored[-1],
        rerun_end=rerun[-1] if rerun else None,
        **changes,
    )


def run_with(*losses):
    return Run(path="code.ipynb", role="code", outcome="finished", repeated=losses)


def test_both_courses_of_a_loss_share_one_frame():
    (pair,) = repeated_losses.pairs(run_with(repeated((3.0, 2.0, 1.0), (3.0, 2.5))))
    stored, rerun = (coordinates(SimpleNamespace(points=line)) for line in (pair.stored, pair.rerun))

    assert stored[0] == rerun[0]
    assert stored[1][0] == rerun[1][0]
    assert rerun[1][1] < stored[1][1]
    assert pair.caption == "handed in, it ended at 1 (3 points); run here, at 2.5 (2 points)"


def test_a_thinned_course_keeps_its_places():
    (pair,) = repeated_losses.pairs(run_with(repeated((3.0, 2.0, 1.0), (), stored_points=100, why="no such loss")))
    places = [x for x, _ in coordinates(SimpleNamespace(points=pair.stored))]

    assert places[2] - places[1] == pytest.approx(places[1] - places[0], abs=5)
    assert places[2] == plot.WIDTH - plot.RIGHT
    assert pair.rerun == ""
    assert pair.caption.endswith("not compared: no such loss")


def test_nothing_stored_is_no_picture():
    assert list(repeated_losses.pairs(run_with(repeated((1.0,), (1.0, 0.5))))) == []
