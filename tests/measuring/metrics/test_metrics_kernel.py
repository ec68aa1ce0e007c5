"""The kernel distance agrees with its definition, has no bias, and its standard error is what repetition shows."""

import numpy as np
import pytest

from validator.measuring.metrics import MetricError, kernel, kernel_distance


def _rows(seed, count, *, width=16, scale=1.0):
    return scale * np.abs(np.random.default_rng(seed).normal(size=(count, width)))


def _by_definition(generated, reference):
    """Gretton et al. 2012, equation 3, pair by pair in float64."""

    def pairs(one, other):
        return (one @ other.T / one.shape[1] + 1) ** 3

    def within(rows):
        values = pairs(rows, rows)
        return (values.sum() - np.trace(values)) / (len(rows) * (len(rows) - 1))

    return within(generated) + within(reference) - 2 * pairs(generated, reference).mean()


def test_it_agrees_with_its_definition_pair_by_pair(monkeypatch):
    one, other = _rows(0, 70), _rows(1, 50, scale=1.3)
    expected = _by_definition(one, other)
    assert kernel_distance(generated=one, reference=other).value == pytest.approx(expected, rel=1e-5)
    monkeypatch.setattr(kernel, "ROWS_AT_ONCE", 32)
    assert kernel_distance(generated=one, reference=other).value == pytest.approx(expected, rel=1e-5)


def test_the_standard_error_does_not_depend_on_the_blocks(monkeypatch):
    one, other = _rows(0, 70), _rows(1, 50, scale=1.3)
    whole = kernel_distance(generated=one, reference=other).standard_error
    monkeypatch.setattr(kernel, "ROWS_AT_ONCE", 32)
    assert kernel_distance(generated=one, reference=other).standard_error == pytest.approx(whole, rel=1e-5)


def test_the_mean_of_the_reference_may_be_kept():
    one, other = _rows(0, 70), _rows(1, 50)
    kept = kernel.kernel_within(other)
    found = kernel_distance(generated=one, reference=other, within_reference=kept)
    assert found == kernel_distance(generated=one, reference=other)


@pytest.mark.parametrize("scale", [1.0, 1.04, 1.4])
def test_it_has_no_bias_and_its_standard_error_is_the_spread_of_repeated_draws(scale):
    reference = _rows(1, 2000)
    within = kernel.kernel_within(reference)
    found = [
        kernel_distance(generated=_rows(seed, 40, scale=scale), reference=reference, within_reference=within)
        for seed in range(10, 410)
    ]
    values = np.array([one.value for one in found])
    told = np.sqrt(np.mean([one.standard_error**2 for one in found]))
    assert told / values.std(ddof=1) == pytest.approx(1, abs=0.25)
    large = kernel_distance(generated=_rows(5, 4000, scale=scale), reference=reference, within_reference=within)
    expected_within = 4 * np.hypot(values.std(ddof=1) / np.sqrt(len(values)), large.standard_error)
    assert abs(values.mean() - large.value) < expected_within


def test_collapse_and_blur_are_seen():
    reference, good = _rows(1, 500), _rows(2, 200)
    value = kernel_distance(generated=good, reference=reference)
    collapsed = kernel_distance(generated=np.repeat(_rows(3, 4), 50, axis=0), reference=reference)
    assert abs(value.value) < 4 * value.standard_error
    assert collapsed.value > value.value + 4 * value.standard_error


@pytest.mark.parametrize(
    ("generated", "words"),
    [
        (_rows(0, 4), "generated: 4 rows"),
        (_rows(0, 9, width=15), "15 features a row, the reference has 16"),
        (np.full((9, 16), np.nan), "NaN"),
        (np.ones((9, 16), dtype=np.int64), "dtype int64"),
    ],
)
def test_other_arrays_are_refused_by_name(generated, words):
    with pytest.raises(MetricError, match=words):
        kernel_distance(generated=generated, reference=_rows(1, 20))
