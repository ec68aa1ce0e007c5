"""Interpolation strips between two images: are the images between them blends of the two, or images of their own?

A strip is (steps, c, h, w), its first and last image the endpoints. Three questions, each with what a pure alpha blend
gives: how far from every blend of the endpoints (0), how sharp in the middle (half the variance, for endpoints that
have nothing in common: t^2 + (1 - t)^2 at t = 1/2), and, elsewhere, how near to real images.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import Images, MetricError
from validator.measuring.metrics.sharpness import laplacian_variance

Float64 = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

INDISTINCT = 2.0
"""Grey levels (root mean square) up to which two images are one: rounding gives 0.3, JPEG more."""


def blend_residuals(strips: Images) -> Float64:
    """Of each inner image the distance from the nearest alpha blend, in endpoint distances: float64 (pairs, steps - 2).

    min over a in 0..1 of |x_t - ((1 - a) x_0 + a x_1)| / |x_1 - x_0|: 0 for a blend, whatever its steps; about
    sqrt(3) / 2 for an image that has nothing to do with the endpoints. The endpoints must differ.
    """
    rows = _rows(strips)
    start, across = rows[:, :1], rows[:, -1:] - rows[:, :1]
    length = np.square(across).sum(axis=2)
    if not length.all():
        raise MetricError("strips: endpoints that are one image have nothing between them")
    inner = rows[:, 1:-1] - start
    position = np.clip((inner * across).sum(axis=2) / length, 0, 1)
    residuals: Float64 = np.sqrt(np.square(inner - position[..., None] * across).sum(axis=2) / length)
    return residuals


def constant(strips: Images) -> Bools:
    """Whether the endpoints of each strip (pairs,) are one image up to 2 grey levels."""
    rows = _rows(strips)
    return np.asarray(_apart(rows[:, 0], rows[:, -1]) <= INDISTINCT)


def without_middle(strips: Images) -> Bools:
    """Whether every inner image of a strip (pairs,) is one of its endpoints: a jump, nothing in between."""
    rows = _rows(strips)
    inner = rows[:, 1:-1]
    nearer = np.minimum(_apart(inner, rows[:, :1]), _apart(inner, rows[:, -1:]))
    return np.asarray((nearer <= INDISTINCT).all(axis=1))


def blended(strips: Images) -> Images:
    """The same strips with our own alpha blends of their endpoints between them, uint8."""
    steps = _rows(strips).shape[1]
    shares = np.linspace(0, 1, steps)[None, :, None, None, None]
    mixed = (1 - shares) * strips[:, :1] + shares * strips[:, -1:]
    blends: Images = np.rint(mixed).astype(np.uint8)
    return blends


def midpoints(strips: Images) -> Images:
    """The middle image of each strip; of two the later one."""
    _rows(strips)
    return strips[:, strips.shape[1] // 2]


def midpoint_sharpness(strips: Images) -> Float64:
    """Laplacian variance of each midpoint over the mean of its endpoints' (pairs,); NaN where both have none."""
    ends = (laplacian_variance(strips[:, 0]) + laplacian_variance(strips[:, -1])) / 2
    middle = laplacian_variance(midpoints(strips))
    sharpness: Float64 = np.divide(middle, ends, out=np.full(len(ends), np.nan), where=ends > 0)
    return sharpness


def sign_test(wins: int, losses: int) -> float:
    """Two-sided exact probability of a split at least as uneven, if either side were as likely; 1 without a split.

    With 8 pairs it is 2 / 256 at least.
    """
    count, most = wins + losses, max(wins, losses)
    tail = sum(math.comb(count, number) for number in range(most, count + 1))
    return min(1.0, float(2 * tail / 2**count))


def _rows(strips: Images) -> Float64:
    if not isinstance(strips, np.ndarray) or strips.dtype != np.uint8 or strips.ndim != 5 or 0 in strips.shape:
        raise MetricError("strips: expected uint8 (pairs, steps, c, h, w), none of them 0")
    if strips.shape[1] < 3:
        raise MetricError(f"strips: {strips.shape[1]} steps, a strip has at least 3")
    return strips.reshape(*strips.shape[:2], -1).astype(np.float64)


def _apart(first: Float64, second: Float64) -> Float64:
    """Root mean square difference of rows (..., d)."""
    apart: Float64 = np.sqrt(np.square(first - second).mean(axis=-1))
    return apart
