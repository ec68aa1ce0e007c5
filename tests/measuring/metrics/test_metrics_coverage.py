"""Coverage: the definition, the null of real images, its theory and its standard error, whatever the blocks."""

import numpy as np
import pytest

from validator.measuring.metrics import MetricError

pytest.importorskip("torch", reason="torch is not installed")

from validator.measuring.metrics import distances
from validator.measuring.metrics.coverage import coverage, coverage_of_draws, coverage_theory, neighbourhoods
from validator.measuring.metrics.distances import nearest_distances


def _features(seed, count, width=16):
    return np.random.default_rng(seed).normal(3, 1, (count, width)).astype(np.float32)


def _squared(first, second):
    return np.square(first[:, None].astype(np.float64) - second[None]).sum(axis=2)


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(distances, "ROWS_AT_ONCE", 7)
    monkeypatch.setattr(distances, "COLUMNS_AT_ONCE", 11)


def test_radii_and_coverage_are_those_of_the_definition_whatever_the_blocks(small_blocks):
    reference, generated = _features(0, 60), _features(1, 40)
    radii = neighbourhoods(reference, k=5)
    expected = np.sort(_squared(reference, reference), axis=1)[:, 5]
    assert radii == pytest.approx(expected, rel=1e-4)
    inside = (_squared(reference, generated) < expected[:, None]).any(axis=1)
    assert coverage(generated, reference=reference, squared_radii=radii).value == inside.mean()


def test_the_nearest_distance_is_exact_enough_whatever_the_blocks(small_blocks):
    rows, columns = _features(0, 30), _features(1, 50)
    assert nearest_distances(rows, columns) == pytest.approx(np.sqrt(_squared(rows, columns).min(axis=1)), rel=1e-4)


def test_the_reference_covers_itself_and_far_samples_cover_nothing():
    reference = _features(0, 50)
    radii = neighbourhoods(reference, k=3)
    assert coverage(reference, reference=reference, squared_radii=radii).value == 1
    far = coverage(reference + 1000, reference=reference, squared_radii=radii)
    assert (far.value, far.standard_error) == (0, 0)


def test_samples_of_the_same_distribution_cover_what_theory_and_real_draws_say():
    reference, pool = _features(0, 600), _features(1, 2400)
    radii = neighbourhoods(reference, k=5)
    theory = coverage_theory(k=5, reference=600, generated=600)
    assert theory == pytest.approx(1 - 2**-5, abs=2e-3)
    drawn = coverage_of_draws(pool, count=600, reference=reference, squared_radii=radii, seed=0)
    assert drawn.value == pytest.approx(theory, abs=0.012)
    assert 0.003 < drawn.standard_error < 0.012
    few = coverage_of_draws(pool, count=60, reference=reference, squared_radii=radii, seed=0)
    assert few.value == pytest.approx(coverage_theory(k=5, reference=600, generated=60), abs=0.05)


def test_the_standard_error_is_the_spread_over_models_that_draw_anew():
    reference = _features(0, 400)
    radii = neighbourhoods(reference, k=5)
    found = [coverage(_features(seed, 200), reference=reference, squared_radii=radii) for seed in range(10, 50)]
    spread = np.std([each.value for each in found])
    assert 0.8 * spread < np.mean([each.standard_error for each in found]) < 1.8 * spread


def test_a_collapsed_model_covers_little_and_few_classes_cover_their_part():
    reference = _features(0, 400)
    radii = neighbourhoods(reference, k=5)
    collapsed = _features(2, 20)[np.arange(400) % 20]
    assert coverage(collapsed, reference=reference, squared_radii=radii).value < 0.4
    half = reference[:200] + np.float32(1e-3)
    assert 0.5 <= coverage(half, reference=reference, squared_radii=radii).value < 1


def test_what_cannot_be_is_refused():
    reference = _features(0, 5)
    with pytest.raises(MetricError, match=r"expected 1\.\.4"):
        neighbourhoods(reference, k=5)
    with pytest.raises(MetricError, match="the pool"):
        coverage_of_draws(reference, count=6, reference=reference, squared_radii=np.ones(5, np.float32), seed=0)
    with pytest.raises(MetricError, match="features"):
        nearest_distances(reference, _features(1, 5, width=3))


def test_products_are_in_full_float32_where_tf32_is_on_and_leave_it_on(monkeypatch):
    import torch

    product, seen = torch.addmm, []

    def watched(*arguments, **options):
        seen.append(torch.backends.cuda.matmul.allow_tf32)
        return product(*arguments, **options)

    monkeypatch.setattr(torch, "addmm", watched)
    before = torch.backends.cuda.matmul.allow_tf32
    try:
        torch.backends.cuda.matmul.allow_tf32 = True
        nearest_distances(_features(0, 4), _features(1, 5))
        assert (seen, torch.backends.cuda.matmul.allow_tf32) == ([False], True)
    finally:
        torch.backends.cuda.matmul.allow_tf32 = before
