"""Blur and noise: closed forms, probabilities with their errors, and tails that chance fills as often as they say."""

import numpy as np
import pytest

from validator.measuring.metrics import MetricError
from validator.measuring.metrics.sharpness import (
    laplacian_variance,
    probability_smaller,
    top_octave_share,
    upper_tail,
)


def _wave(cycles):
    """A horizontal wave of so many cycles a pixel."""
    row = np.rint(128 + 90 * np.sin(2 * np.pi * cycles * np.arange(32)))
    return np.broadcast_to(row, (1, 3, 32, 32)).astype(np.uint8)


def test_the_laplacian_of_a_wave_has_its_closed_form():
    # -4 sin^2(pi f) times the wave, whose variance is 90^2 / 2.
    cycles = 3 / 15
    expected = (4 * np.sin(np.pi * cycles) ** 2) ** 2 * 90**2 / 2
    assert laplacian_variance(_wave(cycles))[0] == pytest.approx(expected, rel=0.01)


def test_a_wave_lies_on_its_side_of_the_top_octave():
    assert top_octave_share(_wave(0.125))[0] < 0.01
    assert top_octave_share(_wave(0.4))[0] > 0.99


def test_an_image_of_one_colour_has_no_detail():
    flat = np.full((2, 3, 32, 32), 77, np.uint8)
    assert laplacian_variance(flat).tolist() == [0, 0]
    assert top_octave_share(flat).tolist() == [0, 0]


def test_the_share_of_the_top_octave_does_not_see_contrast():
    images = np.random.default_rng(0).integers(0, 255, (4, 3, 32, 32), dtype=np.uint8)
    fainter = (images // 2 + 60).astype(np.uint8)
    assert top_octave_share(fainter) == pytest.approx(top_octave_share(images), rel=0.02)
    assert laplacian_variance(fainter) == pytest.approx(laplacian_variance(images) / 4, rel=0.02)


def test_the_probability_counts_all_pairs_and_ties_half():
    first, second = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0])
    wins = sum((a < b) + (a == b) / 2 for a in first for b in second) / 6
    assert probability_smaller(first, second).value == pytest.approx(wins)
    assert probability_smaller(first, first).value == 0.5
    with pytest.raises(MetricError, match="at least 2"):
        probability_smaller(first, second[:1])


def test_the_standard_error_is_the_spread_over_repetitions():
    rng = np.random.default_rng(0)
    found = [probability_smaller(rng.normal(0.5, 1, 80), rng.normal(0, 2, 60)) for _ in range(400)]
    spread = np.std([each.value for each in found])
    assert np.mean([each.standard_error for each in found]) == pytest.approx(spread, rel=0.15)


def test_a_model_that_repeats_itself_is_less_sure():
    rng = np.random.default_rng(0)
    held_out = rng.normal(0, 1, 1000)
    found = [probability_smaller(rng.normal(0, 1, 20).repeat(50), held_out) for _ in range(200)]
    spread = np.std([each.value for each in found])
    assert np.mean([each.standard_error for each in found]) == pytest.approx(spread, rel=0.15)
    assert np.mean([abs(each.value - 0.5) > 3 * each.standard_error for each in found]) < 0.05


@pytest.mark.parametrize("count", [100, 357])
def test_the_tail_is_filled_by_chance_as_often_as_it_says(count):
    rng = np.random.default_rng(1)
    above = []
    for _ in range(300):
        tail = upper_tail(rng.normal(size=count))
        above.append((rng.normal(size=1000) > tail.threshold).mean())
    assert np.mean(above) == pytest.approx(tail.expected, rel=0.2)
    with pytest.raises(MetricError, match="at least 100"):
        upper_tail(np.zeros(99))
