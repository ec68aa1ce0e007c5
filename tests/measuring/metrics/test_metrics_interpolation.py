"""Interpolation strips: found among shown images, and told from alpha blends."""

import numpy as np
import pytest

from validator.measuring.metrics import MetricError
from validator.measuring.metrics.interpolation import (
    blend_residuals,
    blended,
    constant,
    midpoint_sharpness,
    midpoints,
    sign_test,
    without_middle,
)
from validator.measuring.metrics.strips import gradual_strips


def _noise(seed, *shape):
    return np.random.default_rng(seed).integers(0, 256, (*shape, 3, 32, 32), dtype=np.uint8)


def _blends(seed, pairs=8, steps=9):
    return blended(_noise(seed, pairs, steps))


def _arcs(seed, pairs=8, steps=9):
    """Strips whose images keep their contrast on the way, as samples of a model do."""
    rng = np.random.default_rng(seed)
    ends = rng.normal(size=(2, pairs, 1, 3, 32, 32))
    angle = np.linspace(0, np.pi / 2, steps)[None, :, None, None, None]
    return np.clip(128 + 35 * (np.cos(angle) * ends[0] + np.sin(angle) * ends[1]), 0, 255).astype(np.uint8)


def test_a_pure_blend_has_no_residual_whatever_its_steps():
    assert blend_residuals(_blends(0)).max() < 0.01
    ends = _noise(1, 2, 2).astype(float)
    shares = np.array([0, 0.02, 0.9, 0.95, 1])[None, :, None, None, None]
    uneven = np.rint((1 - shares) * ends[:, :1] + shares * ends[:, 1:]).astype(np.uint8)
    assert blend_residuals(uneven).max() < 0.01


def test_unrelated_images_are_as_far_from_a_blend_as_geometry_says():
    assert np.median(blend_residuals(_noise(2, 20, 3))) == pytest.approx(np.sqrt(3) / 2, abs=0.02)


def test_images_that_keep_their_contrast_are_no_blends():
    assert np.median(blend_residuals(_arcs(3))) > 0.12


def test_the_middle_of_a_blend_of_unrelated_images_is_half_as_sharp():
    assert midpoint_sharpness(_blends(4)) == pytest.approx(0.5, abs=0.06)
    assert midpoint_sharpness(_arcs(4)) == pytest.approx(1, abs=0.12)
    assert np.isnan(midpoint_sharpness(np.full((1, 3, 3, 32, 32), 9, np.uint8))).all()


def test_the_middle_is_the_middle_image():
    strips = np.arange(5, dtype=np.uint8)[None, :, None, None, None] * np.ones((1, 1, 3, 32, 32), np.uint8)
    assert midpoints(strips)[0, 0, 0, 0] == 2


def test_constant_strips_and_jumps_are_told():
    still, blend = _noise(5, 1, 1).repeat(5, axis=1), _blends(6, 1, 5)
    jump = blend.copy()
    jump[:, 1:3], jump[:, 3] = blend[:, :1], blend[:, -1]
    strips = np.concatenate([still, blend, jump])
    assert constant(strips).tolist() == [True, False, False]
    assert without_middle(strips).tolist() == [True, False, True]
    with pytest.raises(MetricError, match="nothing between"):
        blend_residuals(still)


def test_eight_pairs_cannot_be_surer_than_two_in_256():
    assert sign_test(8, 0) == sign_test(0, 8) == 2 / 256
    assert sign_test(4, 4) == 1
    assert sign_test(0, 0) == 1
    assert sign_test(7, 1) == pytest.approx(2 * 9 / 256)


def test_what_is_no_strip_is_refused():
    for array in (_noise(0, 2, 2), np.zeros((2, 5, 3, 32, 32)), _noise(0, 4)):
        with pytest.raises(MetricError, match="strips"):
            blend_residuals(array)


@pytest.mark.parametrize("make", [_blends, _arcs])
@pytest.mark.parametrize(("pairs", "steps", "columns"), [(8, 8, 8), (8, 10, 10), (8, 10, 8), (8, 16, 0), (1, 12, 12)])
def test_strips_are_found_as_they_were_made(make, pairs, steps, columns):
    strips = make(7, pairs, steps)
    found = gradual_strips(strips.reshape(-1, 3, 32, 32), columns=columns)
    assert np.array_equal(found, strips)


def test_strips_down_the_columns_are_found():
    strips = _arcs(8, 5, 12)
    shown = strips.transpose(1, 0, 2, 3, 4).reshape(-1, 3, 32, 32)
    assert np.array_equal(gradual_strips(shown, columns=5), strips)


def test_strips_that_begin_where_the_one_before_ended_are_found():
    ends = _noise(9, 5)
    pairs = np.stack([ends[:-1], ends[1:]], axis=1)
    strips = blended(pairs.repeat(4, axis=1)[:, [0, 1, 2, 3, 4, 5, 6, 7]])
    assert np.array_equal(gradual_strips(strips.reshape(-1, 3, 32, 32), columns=8), strips)


@pytest.mark.parametrize("columns", [8, 0, 7])
def test_a_grid_of_samples_is_no_strip(columns):
    assert gradual_strips(_noise(10, 64), columns=columns) is None
    assert gradual_strips(_noise(10, 1).repeat(64, axis=0), columns=columns) is None
