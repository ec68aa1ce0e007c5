"""Calibration error by hand and against its own null, and over what a quoted standard deviation was taken."""

import math

import numpy as np
import pytest

from validator.measuring.metrics import MetricError
from validator.measuring.metrics.calibration import calibration_by_chance, probabilities, reliability
from validator.measuring.metrics.spread import Spread, over_what


def test_probabilities_of_equal_logits_are_equal_and_huge_ones_do_not_overflow():
    assert probabilities(np.zeros((1, 4), np.float32)).tolist() == [[0.25] * 4]
    assert probabilities(np.array([[1e30, 0.0]], np.float32)).tolist() == [[1.0, 0.0]]


def test_the_error_is_the_weighed_distance_of_accuracy_from_confidence():
    confidence = np.array([0.95, 0.95, 0.55, 0.55])
    found = reliability(confidence=confidence, right=np.array([True, False, True, True]))
    assert found.error == pytest.approx((2 * 0.45 + 2 * 0.45) / 4)
    assert found.counts.sum() == 4


def test_a_confidence_on_an_edge_belongs_to_the_bin_below_as_in_the_paper():
    found = reliability(confidence=np.array([0.0, 1 / 15, 1.0]), right=np.array([True] * 3))
    assert (found.counts[0], found.counts[14]) == (2, 1)
    assert reliability(confidence=np.array([0.95, 0.92]), right=np.array([True] * 2)).counts.tolist()[13:] == [1, 1]


def test_a_calibrated_classifier_shows_what_chance_shows_and_an_overconfident_one_far_more():
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.3, 1, 5000)
    chance = calibration_by_chance(confidence=confidence, seed=1)
    honest = reliability(confidence=confidence, right=rng.random(5000) < confidence).error
    boastful = reliability(confidence=np.sqrt(confidence), right=rng.random(5000) < confidence).error
    assert abs(honest - chance.mean) < 4 * chance.standard_deviation
    assert boastful > chance.mean + 10 * chance.standard_deviation


def test_chance_is_the_same_for_one_seed_and_smaller_for_more_images():
    confidence = np.full(100, 0.7)
    assert calibration_by_chance(confidence=confidence, seed=3) == calibration_by_chance(confidence=confidence, seed=3)
    many = calibration_by_chance(confidence=np.full(10_000, 0.7), seed=3)
    assert many.mean < calibration_by_chance(confidence=confidence, seed=3).mean / 5


def test_certainty_leaves_nothing_to_chance():
    assert calibration_by_chance(confidence=np.ones(50), seed=0).mean == 0


@pytest.mark.parametrize("logits", [np.full((2, 3), np.nan), np.zeros((0, 3)), np.zeros(3)])
def test_logits_without_probabilities_are_refused(logits):
    with pytest.raises(MetricError, match="logits"):
        probabilities(logits)


BATCHES = Spread(over="batches", accuracies=(0.88, 0.92, 0.96, 0.92))
EPOCHS = Spread(over="evaluations", accuracies=(0.5, 0.8, 0.92))
SEEDS = Spread(over="networks", accuracies=(0.918, 0.922))


@pytest.mark.parametrize(
    ("deviation", "over"),
    [(0.028, "batches"), (0.177, "evaluations"), (0.217, "evaluations"), (0.002, "networks"), (0.271, "images")],
)
def test_a_quoted_deviation_is_of_what_it_matches(deviation, over):
    (found,) = over_what([(0.92, deviation)], spreads=(BATCHES, EPOCHS, SEEDS), accuracy=0.92)
    assert found.over[0] == over


def test_a_deviation_that_matches_nothing_matches_nothing():
    (found,) = over_what([(0.92, 0.09)], spreads=(BATCHES, EPOCHS, SEEDS), accuracy=0.92)
    assert found.over == ()


def test_one_part_has_no_spread():
    (found,) = over_what([(0.92, 0.0)], spreads=(Spread(over="networks", accuracies=(0.92,)),))
    assert found.over == ()


def test_spread_is_with_n_in_the_denominator():
    assert SEEDS.standard_deviation == pytest.approx(0.002)
    assert math.isclose(SEEDS.mean, 0.92)
