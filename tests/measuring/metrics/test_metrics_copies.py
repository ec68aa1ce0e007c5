"""Copies, mirrored copies, near copies, repeats and the share nearest to the training images."""

import numpy as np
import pytest

from validator.measuring.metrics import MetricError
from validator.measuring.metrics.copies import exact_copies, flipped, near_copy_threshold, nearness
from validator.measuring.metrics.diversity import duplicates, nearest_to_train_share


def _images(seed, count):
    return np.random.default_rng(seed).integers(0, 256, (count, 3, 4, 4), dtype=np.uint8)


def test_planted_copies_are_found_with_their_index():
    reference = _images(1, 20)
    generated = np.concatenate([_images(0, 2), reference[[13]]])
    assert exact_copies(generated=generated, reference=reference).tolist() == [-1, -1, 13]


def test_mirrored_copies_are_found():
    reference = _images(1, 20)
    assert exact_copies(generated=flipped(reference[[4]]), reference=reference).tolist() == [4]


def test_upside_down_is_no_copy():
    reference = _images(1, 20)
    assert exact_copies(generated=reference[[4], :, ::-1], reference=reference).tolist() == [-1]


def test_nearness_is_zero_for_a_copy_and_one_among_equals():
    assert nearness(np.array([[0, 9, 9], [4, 4, 4], [0, 0, 0]])).tolist() == [0.0, 1.0, 0.0]


def test_nearness_ignores_contrast():
    squared = np.array([[100, 400, 900]])
    assert nearness(squared).tolist() == pytest.approx(nearness(squared * 4).tolist())


def test_held_out_twins_do_not_set_the_threshold():
    held_out = np.concatenate([np.zeros(100), np.linspace(0.7, 1.0, 900)])
    assert near_copy_threshold(held_out) == pytest.approx(0.7)


def test_repeats_are_counted_beyond_the_first():
    assert duplicates(np.concatenate([_images(0, 3), _images(0, 2)])) == 2


def test_the_expected_share_is_that_of_the_pool():
    share = nearest_to_train_share(np.array([0, 1, 59]), train_count=50, test_count=10)
    assert share.value == pytest.approx(2 / 3)
    assert share.expected == pytest.approx(5 / 6)


def test_the_standard_error_is_that_of_relabelling_the_pool():
    rng = np.random.default_rng(3)
    nearest = rng.integers(0, 40, 200)
    share = nearest_to_train_share(nearest, train_count=30, test_count=10)
    relabelled = [np.isin(nearest, rng.permutation(40)[:30]).mean() for _ in range(20_000)]
    assert share.standard_error == pytest.approx(np.std(relabelled), rel=0.03)


def test_a_collapsed_model_is_as_uncertain_as_one_image():
    share = nearest_to_train_share(np.full(1000, 7), train_count=50, test_count=10)
    assert share.standard_error == pytest.approx(np.sqrt(5 / 36), rel=1e-6)


def test_an_index_outside_the_pool_is_refused():
    with pytest.raises(MetricError, match=r"0\.\.59"):
        nearest_to_train_share(np.array([60]), train_count=50, test_count=10)
