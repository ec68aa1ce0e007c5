"""The Frechet distance: identity, symmetry, closed forms, agreement with the matrix root, and refusals."""

import itertools
import warnings

import numpy as np
import pytest
from scipy import linalg

from validator.measuring.metrics import MetricError, frechet_distance, frechet_estimate
from validator.measuring.metrics.frechet import fit_reference, frechet_to


def _features(seed, *, count=400, width=8, scale=1.0, shift=0.0):
    rng = np.random.default_rng(seed)
    mixing = np.random.default_rng(99).normal(size=(width, width))
    return scale * rng.normal(size=(count, width)) @ mixing + shift


def _by_matrix_root(generated, reference):
    """The textbook formula with scipy's matrix root."""
    first, second = np.cov(generated, rowvar=False), np.cov(reference, rowvar=False)
    root = np.real(linalg.sqrtm(first @ second))
    between = np.square(generated.mean(axis=0) - reference.mean(axis=0)).sum()
    return between + np.trace(first) + np.trace(second) - 2 * np.trace(root)


def test_a_set_is_at_distance_zero_from_itself():
    features = _features(0)
    assert frechet_distance(generated=features, reference=features) == pytest.approx(0, abs=1e-10)


def test_the_distance_is_symmetric():
    one, other = _features(0), _features(1, scale=2)
    forth = frechet_distance(generated=one, reference=other)
    assert frechet_distance(generated=other, reference=one) == pytest.approx(forth, rel=1e-10)


def test_a_shift_costs_its_squared_length():
    features = _features(0)
    shift = np.arange(8.0)
    assert frechet_distance(generated=features + shift, reference=features) == pytest.approx(140.0, rel=1e-10)


def test_a_doubled_spread_costs_the_trace_of_the_covariance():
    features = _features(0)
    features -= features.mean(axis=0)
    trace = np.trace(np.cov(features, rowvar=False))
    assert frechet_distance(generated=2 * features, reference=features) == pytest.approx(trace, rel=1e-10)


def test_it_agrees_with_the_matrix_root():
    one, other = _features(0, shift=1.0), _features(1, scale=1.7)
    assert frechet_distance(generated=one, reference=other) == pytest.approx(_by_matrix_root(one, other), rel=1e-8)


def test_a_large_common_mean_does_not_spoil_the_covariance():
    one, other = _features(0), _features(1, scale=2)
    near = frechet_distance(generated=one, reference=other)
    assert frechet_distance(generated=one + 1e6, reference=other + 1e6) == pytest.approx(near, rel=1e-6)


@pytest.mark.parametrize(("generated_count", "reference_count"), [(5, 400), (400, 5), (5, 6), (8, 9)])
def test_fewer_rows_than_features_agree_with_the_matrix_root(generated_count, reference_count):
    one, other = _features(0, count=generated_count), _features(1, count=reference_count, scale=2)
    expected = _by_matrix_root(one, other)
    assert frechet_distance(generated=one, reference=other) == pytest.approx(expected, rel=1e-5)


def test_a_reference_with_a_dead_feature_is_measured():
    one, other = _features(0, width=7), _features(1, width=7, scale=2)
    expected = frechet_distance(generated=one, reference=other)
    dead = np.zeros((400, 1))
    widened = frechet_distance(generated=np.hstack([dead, one]), reference=np.hstack([dead, other]))
    assert not fit_reference(np.hstack([dead, other])).positive_definite
    assert widened == pytest.approx(expected, rel=1e-6)


def test_a_collapsed_model_is_measured():
    one, other = np.repeat(_features(0, count=3), 200, axis=0), _features(1)
    assert frechet_distance(generated=one, reference=other) == pytest.approx(_by_matrix_root(one, other), rel=1e-5)


def test_a_fitted_reference_gives_the_same_distance():
    one, other = _features(0), _features(1, scale=2)
    assert frechet_to(fit_reference(other), generated=one) == frechet_distance(generated=one, reference=other)


def test_float32_features_are_summed_in_float64():
    one, other = _features(0).astype(np.float32), _features(1, scale=2).astype(np.float32)
    wide = frechet_distance(generated=one.astype(np.float64), reference=other.astype(np.float64))
    assert frechet_distance(generated=one, reference=other) == wide


def _conditioned(seed, *, count, width=96, decay=4.0):
    """Features whose covariance has eigenvalues over `decay` powers of ten, as those of the network do."""
    spread = np.logspace(0, -decay / 2, width)
    turned = np.linalg.qr(np.random.default_rng(98).normal(size=(width, width)))[0]
    return (np.random.default_rng(seed).normal(size=(count, width)) * spread) @ turned + 1.0


CASES = {
    "well conditioned": (_conditioned(0, count=480), 1.2 * _conditioned(1, count=480), 1e-6),
    "badly conditioned": (_conditioned(0, count=480, decay=9), 1.2 * _conditioned(1, count=480, decay=9), 1e-6),
    "collapsed to 8 images": (np.repeat(_conditioned(0, count=8), 60, axis=0), _conditioned(1, count=480), 1e-6),
    "both singular": (_conditioned(0, count=50), _conditioned(1, count=50), 1e-6),
}


@pytest.mark.parametrize("case", CASES)
def test_it_agrees_with_the_matrix_root_however_the_covariances_are(case):
    one, other, within = CASES[case]
    found = frechet_distance(generated=one, reference=other)
    assert found == pytest.approx(_by_matrix_root(one, other), rel=within)
    assert frechet_estimate(fit_reference(other), generated=one).distance == pytest.approx(found, rel=1e-7)


@pytest.mark.parametrize("case", CASES)
def test_identical_sets_are_at_distance_zero_however_the_covariance_is(case):
    features = CASES[case][0]
    scale = np.trace(np.cov(features, rowvar=False))
    assert frechet_distance(generated=features, reference=features) < 1e-9 * scale


def test_the_order_of_the_rows_does_not_matter():
    one, other = _features(0), _features(1, scale=2)
    expected = frechet_distance(generated=one, reference=other)
    assert frechet_distance(generated=one[::-1], reference=other[::-1]) == pytest.approx(expected, rel=1e-12)


def test_independent_features_cost_the_squared_differences_of_their_spreads():
    """Diagonal covariances: the sum over features of (s - t)^2; the same signs make them diagonal exactly."""
    signs = np.array(list(itertools.product((-1.0, 1.0), repeat=5)))
    spreads, others = np.array([1.0, 2.0, 3.0, 4.0, 0.5]), np.array([2.0, 2.0, 1.0, 9.0, 0.25])
    unbiased = len(signs) / (len(signs) - 1)
    found = frechet_distance(generated=signs * spreads, reference=signs * others)
    assert found == pytest.approx(unbiased * np.square(spreads - others).sum(), rel=1e-12)


def test_one_feature_gives_the_distance_of_two_normal_distributions():
    one, other = _features(0, width=1, shift=3.0), _features(1, width=1, scale=2)
    expected = (one.mean() - other.mean()) ** 2 + (one.std(ddof=1) - other.std(ddof=1)) ** 2
    assert frechet_distance(generated=one, reference=other) == pytest.approx(expected, rel=1e-12)


def test_it_agrees_with_pytorch_fid_on_the_same_features():
    scores = pytest.importorskip("pytorch_fid.fid_score", reason="pytorch-fid is not installed")
    one, other = _conditioned(0, count=1300, width=256), 1.1 * _conditioned(1, count=1200, width=256)
    moments = [moment for part in (one, other) for moment in (part.mean(axis=0), np.cov(part, rowvar=False))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        theirs = scores.calculate_frechet_distance(*moments)
    assert frechet_distance(generated=one, reference=other) == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize(
    ("features", "words"),
    [
        (np.zeros((4, 2, 2)), "generated: shape"),
        (np.zeros((1, 8)), "at least 2"),
        (np.zeros((4, 8), dtype=np.int64), "dtype int64"),
        (np.full((4, 8), np.nan), "NaN"),
        ([[1.0, 2.0]], "list"),
        (np.zeros((4, 7)), "7 features a row, the reference has 8"),
    ],
)
def test_other_arrays_are_refused_by_name(features, words):
    with pytest.raises(MetricError, match=words):
        frechet_distance(generated=features, reference=_features(0))
