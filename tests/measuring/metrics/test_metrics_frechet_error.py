"""The standard error of the Frechet distance is what drawing the samples again shows, and costs no drawing."""

import numpy as np
import pytest

from validator.measuring.metrics import MetricError, frechet_estimate
from validator.measuring.metrics.frechet import fit_reference, frechet_to

WIDTH, COUNT, DRAWS = 24, 120, 200
MIXING = np.random.default_rng(0).normal(size=(WIDTH, WIDTH)) * np.arange(1, WIDTH + 1) ** -0.7
OTHER = np.random.default_rng(1).normal(size=(WIDTH, WIDTH)) * np.arange(1, WIDTH + 1) ** -0.7
POOL = np.random.default_rng(2).normal(size=(12, WIDTH))


def _rows(rng, mixing, count=COUNT):
    """Skewed features that are never all 0, five rows a feature as in the protocol."""
    return np.maximum(rng.normal(size=(count, WIDTH)) @ mixing.T, 0) + 0.05 * rng.normal(size=(count, WIDTH))


MODELS = {
    "as good as the reference": (lambda rng: _rows(rng, MIXING), (0.9, 1.5)),
    "of less contrast": (lambda rng: 0.7 * _rows(rng, MIXING), (0.8, 1.25)),
    "another distribution": (lambda rng: _rows(rng, OTHER), (0.8, 1.25)),
    "collapsed to 12 images": (lambda rng: POOL[rng.integers(0, len(POOL), COUNT)], (0.8, 1.25)),
    "fewer rows than features": (lambda rng: _rows(rng, OTHER, count=20), (0.7, 1.3)),
}


@pytest.mark.parametrize("model", MODELS)
def test_it_is_the_spread_of_repeated_draws(model):
    draw, (least, most) = MODELS[model]
    reference = fit_reference(_rows(np.random.default_rng(3), MIXING))
    rng = np.random.default_rng(4)
    found = [frechet_estimate(reference, generated=draw(rng)) for _ in range(DRAWS)]
    spread = np.std([estimate.distance for estimate in found], ddof=1)
    told = np.sqrt(np.mean([estimate.standard_error**2 for estimate in found]))
    assert least < told / spread < most


def test_one_feature_has_the_textbook_error():
    """D = (m - m_r)^2 + (s - t)^2 in one dimension: its influence is 2 (m - m_r) z + (1 - t / s) z^2."""
    rng = np.random.default_rng(0)
    rows, others = 3 + 2 * rng.normal(size=(500, 1)), rng.normal(size=(400, 1))
    centred = rows[:, 0] - rows.mean()
    slope = 1 - others.std(ddof=1) / rows.std(ddof=1)
    influence = 2 * (rows.mean() - others.mean()) * centred + slope * centred**2
    found = frechet_estimate(fit_reference(others), generated=rows)
    assert found.standard_error == pytest.approx(influence.std(ddof=1) / np.sqrt(500), rel=1e-9)


def test_it_is_the_slope_of_the_distance_in_the_weight_of_each_row():
    """Repeating one row moves the distance by its influence: a check of the derivation by differences."""
    rng = np.random.default_rng(5)
    rows, reference = _rows(rng, OTHER, count=60), fit_reference(_rows(rng, MIXING))
    many = np.repeat(rows, 400, axis=0)
    base = frechet_to(reference, generated=many)
    slopes = [frechet_to(reference, generated=np.vstack([many, row])) - base for row in rows]
    expected = np.std(slopes, ddof=1) * len(many) / np.sqrt(len(rows))
    assert frechet_estimate(reference, generated=rows).standard_error == pytest.approx(expected, rel=0.03)


def test_few_rows_are_treated_as_the_same_rows_many_times_over():
    """Two ways to the same: singular values of the data, and eigenvalues of a singular covariance."""
    rng = np.random.default_rng(8)
    rows, reference = 0.7 * _rows(rng, MIXING, count=20), fit_reference(_rows(rng, MIXING))
    few = frechet_estimate(reference, generated=rows).standard_error
    many = frechet_estimate(reference, generated=np.repeat(rows, 50, axis=0)).standard_error
    assert few == pytest.approx(many * np.sqrt(50), rel=0.08)


@pytest.mark.parametrize(("count", "reference_count"), [(120, 120), (20, 120), (120, 20), (20, 20)])
def test_the_distance_beside_it_is_the_distance(count, reference_count):
    rng = np.random.default_rng(6)
    rows, reference = _rows(rng, OTHER, count=count), fit_reference(_rows(rng, MIXING, count=reference_count))
    found = frechet_estimate(reference, generated=rows)
    assert found.distance == pytest.approx(frechet_to(reference, generated=rows), rel=1e-9)
    assert 0 < found.standard_error < found.distance


def test_the_same_row_again_and_again_has_no_spread():
    reference = fit_reference(_rows(np.random.default_rng(7), MIXING))
    for count in (10, 60):
        found = frechet_estimate(reference, generated=np.ones((count, WIDTH)))
        assert found.standard_error == pytest.approx(0, abs=1e-9)


def test_other_widths_are_refused():
    with pytest.raises(MetricError, match="3 features a row, the reference has 4"):
        frechet_estimate(fit_reference(np.eye(9, 4)), generated=np.eye(9, 3))
