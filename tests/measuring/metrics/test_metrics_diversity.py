"""Diversity: near duplicates, Vendi score, coverage, class counts and bins, each against closed forms and its null."""

import numpy as np
import pytest

from validator.measuring.metrics import MetricError
from validator.measuring.metrics.bins import bin_counts, cells, differences, differing_of_draws, share_differing
from validator.measuring.metrics.histogram import (
    band_of,
    effective_number,
    effective_number_error,
    expected_effective_number,
)
from validator.measuring.metrics.pairs import pair_distances, pair_null
from validator.measuring.metrics.probe import fit_probe
from validator.measuring.metrics.vendi import percentile_in, vendi_null, vendi_score

pytest.importorskip("torch", reason="torch is not installed")


def _images(seed, count):
    """Images of coarse patches with a little noise."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(40, 210, (count, 3, 8, 8))
    return (coarse.repeat(4, axis=2).repeat(4, axis=3) + rng.integers(-9, 10, (count, 3, 32, 32))).astype(np.uint8)


def _pair(first, second):
    return float(pair_distances(np.stack([first, second]))[0])


def test_a_copy_is_at_distance_zero_and_so_is_a_mirrored_one():
    image = _images(0, 1)[0]
    assert _pair(image, image) == pytest.approx(0, abs=1e-6)
    assert _pair(image, image[:, :, ::-1]) == pytest.approx(0, abs=1e-6)


def test_the_distance_does_not_see_brightness_and_contrast_of_both():
    first, second = _images(1, 2)
    fainter = [(90 + (image.astype(float) - 90) / 2).round().astype(np.uint8) for image in (first, second)]
    assert _pair(*fainter) == pytest.approx(_pair(first, second), abs=0.02)
    assert _pair(first, np.minimum(first, 225) + 30) == pytest.approx(0, abs=0.01)


def test_images_of_one_colour_are_copies_of_each_other_and_of_nothing_else():
    flat = np.full((3, 32, 32), 90, np.uint8)
    assert _pair(flat, flat + 20) == 0
    assert _pair(flat, _images(2, 1)[0]) == pytest.approx(1, abs=0.01)


def test_one_in_twenty_batches_of_real_images_holds_a_near_duplicate():
    held_out = _images(3, 300)
    null = pair_null(held_out, batch=32, seed=0, batches=600)
    rng = np.random.default_rng(9)
    minima = [pair_distances(held_out[rng.choice(300, 32, replace=False)]).min() for _ in range(300)]
    assert np.mean(np.array(minima) < null.threshold) == pytest.approx(0.05, abs=0.04)
    assert 0.04 <= null.expected < 0.1
    assert pair_null(held_out, batch=32, seed=0, batches=600) == null


def test_the_vendi_score_counts_different_images():
    basis = np.eye(16, dtype=np.float32)
    assert vendi_score(basis) == pytest.approx(16)
    assert vendi_score(np.ones((16, 4), np.float32)) == pytest.approx(1)
    assert vendi_score(basis[[0, 0, 1, 1, 2, 2, 3, 3]] * 7) == pytest.approx(4)


def test_the_vendi_score_is_the_entropy_of_the_definition():
    features = np.random.default_rng(0).normal(size=(12, 5))
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    eigenvalues = np.linalg.eigvalsh(unit @ unit.T / 12)
    kept = eigenvalues[eigenvalues > 1e-12]
    assert vendi_score(features) == pytest.approx(np.exp(-(kept * np.log(kept)).sum()), rel=1e-5)


def test_a_random_batch_stands_anywhere_in_the_vendi_null_and_a_collapsed_one_at_the_bottom():
    features = np.abs(np.random.default_rng(1).normal(size=(300, 20)))
    null = vendi_null(features, batch=30, seed=0, batches=300)
    others = vendi_null(features, batch=30, seed=5, batches=100)
    ranks = np.array([percentile_in(null, score) for score in others])
    assert abs(ranks.mean() - 50) < 12
    assert percentile_in(null, vendi_score(features[[0, 1, 2] * 10])) == 0
    assert percentile_in(np.array([1.0, 2.0, 2.0, 3.0]), 2.0) == 50


def test_features_without_direction_have_no_vendi_score():
    with pytest.raises(MetricError, match="row of zeros"):
        vendi_score(np.zeros((4, 3)))


def _classed(seed, count, classes):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, count)
    centres = np.random.default_rng(77).normal(size=(10, 12))
    return (centres[labels] * 2 + rng.normal(size=(count, 12))).astype(np.float32), labels


def test_the_probe_is_ridge_regression_on_standardised_features():
    features, labels = _classed(0, 400, 10)
    probe = fit_probe(features, labels, classes=10, seed=0)
    new, known = _classed(1, 400, 10)
    assert (probe.classes(new) == known).mean() > 0.9
    standard = (features - features.mean(axis=0)) / features.std(axis=0)
    target = np.eye(10)[labels] - np.eye(10)[labels].mean(axis=0)
    fits = [
        np.linalg.solve(standard.T @ standard / 400 + ridge * np.eye(12), standard.T @ target / 400)
        / features.std(axis=0)[:, None]
        for ridge in (1e-3, 1e-2, 1e-1, 1.0, 10.0)
    ]
    assert min(float(np.abs(fit - probe.weights).max()) for fit in fits) < 1e-4


def test_a_feature_that_never_changes_is_nothing_to_the_probe():
    features, labels = _classed(0, 200, 10)
    widened = np.concatenate([features, np.full((200, 1), 3.0, np.float32)], axis=1)
    probe = fit_probe(widened, labels, classes=10, seed=0)
    assert np.isfinite(probe.weights).all()
    assert (probe.classes(widened) == fit_probe(features, labels, classes=10, seed=0).classes(features)).all()


def test_one_class_cannot_be_probed():
    with pytest.raises(MetricError, match="one class only"):
        fit_probe(np.eye(4), np.zeros(4, np.int64), classes=10, seed=0)


def test_held_out_counts_lie_in_their_band_and_absent_classes_below_it():
    rng = np.random.default_rng(0)
    shares = rng.dirichlet(np.full(50, 30))
    bands = [band_of(rng.multinomial(5000, shares), count=5000, seed=0) for _ in range(20)]
    real = np.array([[(rng.multinomial(5000, shares) < band.low).sum() for _ in range(20)] for band in bands])
    assert real.mean() == pytest.approx(np.mean([band.expected_rare for band in bands]), abs=0.2)
    band = bands[0]
    assert (real > max(each.most_rare for each in bands)).mean() < 0.08
    dropped = rng.multinomial(5000, np.where(np.arange(50) < 10, shares, 0) / shares[:10].sum())
    assert (dropped < band.low).sum() == 40


def test_equal_classes_are_counted_whole_and_few_samples_are_compared_with_few():
    assert effective_number(np.full(100, 7)) == pytest.approx(100)
    assert effective_number(np.array([9, 0, 9, 0])) == pytest.approx(2)
    held_out = np.full(100, 50)
    assert expected_effective_number(held_out, count=5000, seed=0) == pytest.approx(100)
    assert 35 < expected_effective_number(held_out, count=64, seed=0) < 60


def test_the_error_of_the_effective_number_is_the_spread_over_draws():
    rng = np.random.default_rng(3)
    shares = rng.dirichlet(np.full(30, 3))
    drawn = [rng.multinomial(2000, shares) for _ in range(300)]
    spread = np.std([effective_number(counts) for counts in drawn])
    assert effective_number_error(drawn[0]) == pytest.approx(spread, rel=0.2)


def test_bins_are_cells_of_their_nearest_centre_and_the_same_for_one_seed():
    images = _images(4, 300)
    centres = cells(images, count=6, seed=0)
    assert np.array_equal(centres, cells(images, count=6, seed=0))
    small = images.reshape(300, 3, 8, 4, 8, 4).mean(axis=(3, 5)).reshape(300, -1)
    nearest = np.square(small[:, None] - centres[None]).sum(axis=2).argmin(axis=1)
    assert np.array_equal(bin_counts(images, centres), np.bincount(nearest, minlength=6))


def test_bins_find_the_groups_that_are_there():
    groups = _images(5, 4).repeat(25, axis=0)
    assert bin_counts(groups, cells(groups, count=4, seed=0)).tolist() == [25, 25, 25, 25]


def test_fewer_kinds_of_images_than_bins_are_no_error():
    images = _images(6, 2).repeat(5, axis=0)
    centres = cells(images, count=4, seed=0)
    assert np.isfinite(centres).all()
    assert bin_counts(images, centres).sum() == 10


def test_a_difference_is_the_two_proportion_z():
    z = differences(np.array([30, 70]), np.array([100, 100]))
    pooled = 130 / 300
    assert z[0] == pytest.approx((0.3 - 0.5) / np.sqrt(pooled * (1 - pooled) * (1 / 100 + 1 / 200)))
    assert z[1] == pytest.approx(-z[0])
    assert differences(np.array([0, 5]), np.array([0, 7])).tolist() == [0, 0]


def test_one_bin_in_twenty_differs_by_chance():
    rng = np.random.default_rng(0)
    shares = np.full(50, 1 / 50)
    train = rng.multinomial(20_000, shares)
    differing = [share_differing(differences(rng.multinomial(4000, shares), train)) for _ in range(100)]
    assert np.mean(differing) == pytest.approx(0.05, abs=0.03)
    expected, error = differing_of_draws(rng.multinomial(8000, shares), train, count=4000, seed=0)
    assert expected == pytest.approx(0.05, abs=0.06)
    assert 0.02 < error < 0.06
    with pytest.raises(MetricError, match="held-out images to draw from"):
        differing_of_draws(train, train, count=20_001, seed=0)
