"""Copies, mirrored copies, near copies, repeats and the share nearest to the training images."""

import numpy as np
import pytest

from validator.measuring.metrics import MetricError
from validator.measuring.metrics.copies import (
    chance_of_near_copies,
    exact_copies,
    flipped,
    near_copy_threshold,
    nearness,
)
from validator.measuring.metrics.diversity import duplicates
from validator.measuring.metrics.nearest_share import nearest_in_pool, nearest_to_train_share, relabelled_shares


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
    drawn = relabelled_shares(nearest, train_count=30, test_count=10, draws=10_000, seed=5)
    assert share.standard_error == pytest.approx(drawn.std(), rel=0.03)
    assert share.expected == pytest.approx(drawn.mean(), abs=4 * drawn.std() / 100)
    by_hand = [np.isin(nearest, rng.permutation(40)[:30]).mean() for _ in range(3000)]
    assert np.quantile(drawn, [0.05, 0.5, 0.95]) == pytest.approx(np.quantile(by_hand, [0.05, 0.5, 0.95]), abs=0.015)


def test_a_collapsed_model_is_as_uncertain_as_one_image():
    share = nearest_to_train_share(np.full(1000, 7), train_count=50, test_count=10)
    assert share.standard_error == pytest.approx(np.sqrt(5 / 36), rel=1e-6)


def test_an_index_outside_the_pool_is_refused():
    with pytest.raises(MetricError, match=r"0\.\.59"):
        nearest_to_train_share(np.array([60]), train_count=50, test_count=10)


def test_the_nearer_of_the_two_sets_is_found_and_ties_are_told():
    train, test = (np.array([4, 9, 5]), np.array([0, 1, 2])), (np.array([9, 4, 5]), np.array([3, 4, 5]))
    nearest, tied = nearest_in_pool(train=train, test=test, train_count=50)
    assert nearest.tolist() == [0, 54, 2]
    assert tied.tolist() == [-1, -1, 55]


def test_a_tie_counts_half():
    share = nearest_to_train_share(np.array([0, 1]), train_count=50, test_count=10, tied=np.array([-1, 55]))
    assert share.value == pytest.approx(0.75)


def test_twins_in_the_pool_leave_chance_as_it_is_and_leaving_them_out_does_not():
    """A third of the images are twins, split at random: the whole pool keeps its expectation."""
    rng = np.random.default_rng(7)
    whole, without = [], []
    for _ in range(400):
        place = np.concatenate([np.arange(400), np.arange(400, 500), np.arange(400, 500)])
        label = rng.permutation(600) < 500
        seen = rng.integers(0, 500, 300)
        twin = np.where(seen >= 400, seen + 100 * rng.integers(0, 2, 300), seen)
        whole.append(label[twin].mean())
        left_out = ~label & np.isin(place, place[label])
        kept_twin = np.where(left_out[twin], np.where(twin >= 500, twin - 100, twin + 100), twin)
        without.append(label[kept_twin].mean() - label.sum() / (600 - left_out.sum()))
    assert np.mean(whole) == pytest.approx(500 / 600, abs=0.004)
    assert np.mean(without) < -0.01


def test_what_chance_gives_is_what_is_drawn():
    """Images that copy nothing, against thresholds set by others: mean and upper end of the count."""
    rng = np.random.default_rng(8)
    chance = chance_of_near_copies(rng.random(3000) / 2 + 0.5, count=1000)
    thresholds = np.partition(rng.random((4000, 3000), dtype=np.float32), 2, axis=1)[:, 2]
    counts = rng.binomial(1000, thresholds)
    assert np.mean(counts) == pytest.approx(chance.expected, rel=0.1)
    assert np.mean(counts > chance.high) < 0.013
    assert np.mean(counts > chance.high - 1) > 0.007


def test_the_upper_end_is_that_of_a_beta_binomial():
    """One image comes below the smallest of m others with probability 1 / (m + 1): of 99 in one case of a hundred."""
    chance = chance_of_near_copies(np.linspace(0.6, 0.9, 99), count=1)
    assert (chance.threshold, chance.expected, chance.high) == (0.6, pytest.approx(0.01), 0)
    assert chance_of_near_copies(np.linspace(0.6, 0.9, 98), count=1).high == 1


def test_without_held_out_images_chance_is_unknown():
    with pytest.raises(MetricError, match="every held-out image has a twin"):
        chance_of_near_copies(np.array([]), count=10)


def test_seven_per_cent_of_copies_move_the_share_by_three_standard_errors():
    rng = np.random.default_rng(9)
    nearest = rng.integers(0, 60_000, 10_000)
    before = nearest_to_train_share(nearest, train_count=50_000, test_count=10_000)
    nearest[:700] = rng.choice(50_000, 700, replace=False)
    after = nearest_to_train_share(nearest, train_count=50_000, test_count=10_000)
    assert abs(before.z) < 2
    assert (after.value - before.value) / after.standard_error > 3
    assert after.z > before.z + 3
