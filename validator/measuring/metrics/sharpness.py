"""Blur and noise: how much fine detail images have, and how often a sample has less of it than a real image.

Neither number has a scale of its own: the variance of the Laplacian (Pech-Pacheco et al. 2000) grows with contrast and
with noise, the share of the top octave in the spectrum only with noise. Both are compared with held-out images.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import Images, MetricError, check_images

Float64 = npt.NDArray[np.float64]

LUMA = np.array([0.299, 0.587, 0.114])
"""Weights of red, green and blue in grey (ITU-R BT.601)."""
IMAGES_AT_ONCE = 2048
TOP_OCTAVE = 0.25
"""Cycles a pixel: half of the highest frequency that a row of pixels can hold."""


@dataclass(frozen=True, kw_only=True)
class Auc:
    """A probability that one of two is smaller, ties counted half, and its standard error."""

    value: float
    standard_error: float


@dataclass(frozen=True, kw_only=True)
class Tail:
    """A high value of held-out images, and the chance that one more of them lies above it."""

    threshold: float
    expected: float


def laplacian_variance(images: Images) -> Float64:
    """Variance of the 4-neighbour Laplacian of each grey image, float64 (n,), in squared grey levels."""
    return _by_blocks(images, _laplacian_variance, smallest=3)


def top_octave_share(images: Images) -> Float64:
    """Share of each grey image's energy at 0.25 cycles a pixel and above, float64 (n,); 0 for an image of one colour.

    The mean is removed and a Hann window laid over, so that borders do not look like detail.
    """
    return _by_blocks(images, _top_octave_share, smallest=4)


def probability_smaller(generated: Float64, held_out: Float64) -> Auc:
    """P(a generated value < a held-out value), ties half: values (n,) and (m,), n, m >= 2.

    The standard error is that of DeLong et al. (1988): the spread of each value's own probability in either set.
    Equal values count as one draw, so that a model that repeats itself is not called significant. It is 0 where the
    sets do not overlap.
    """
    if len(generated) < 2 or len(held_out) < 2:
        raise MetricError(f"generated, held_out: {len(generated)} and {len(held_out)} values, at least 2 each")
    of_generated = 1 - _below(generated, held_out)
    of_held_out = _below(held_out, generated)
    variance = _variance_of_mean(of_generated, draws=generated) + _variance_of_mean(of_held_out, draws=held_out)
    return Auc(value=float(of_generated.mean()), standard_error=math.sqrt(variance))


def upper_tail(held_out: Float64, *, share: float = 0.01) -> Tail:
    """The value that this share of held-out values (m,) lies above; one more of them does so with chance `expected`."""
    count = len(held_out)
    rank = math.ceil((1 - share) * count)
    if count < 1 / share:
        raise MetricError(f"held_out: {count} values, a tail of {share:g} needs at least {math.ceil(1 / share)}")
    return Tail(threshold=float(np.sort(held_out)[rank - 1]), expected=1 - rank / (count + 1))


def grey(images: Images) -> Float64:
    """Grey levels float64 (n, h, w): luma of three channels, the mean of any other number of them."""
    check_images("images", images)
    if images.shape[1] == len(LUMA):
        return np.asarray(np.einsum("nchw,c->nhw", images.astype(np.float64), LUMA))
    return np.asarray(images.mean(axis=1, dtype=np.float64))


def _by_blocks(images: Images, measure: Callable[[Float64], Float64], *, smallest: int) -> Float64:
    check_images("images", images)
    if min(images.shape[2:]) < smallest:
        raise MetricError(f"images: shape {images.shape}, expected sides of at least {smallest}")
    blocks = (images[first : first + IMAGES_AT_ONCE] for first in range(0, len(images), IMAGES_AT_ONCE))
    return np.concatenate([measure(grey(block)) for block in blocks])


def _laplacian_variance(levels: Float64) -> Float64:
    around = levels[:, :-2, 1:-1] + levels[:, 2:, 1:-1] + levels[:, 1:-1, :-2] + levels[:, 1:-1, 2:]
    variance: Float64 = (around - 4 * levels[:, 1:-1, 1:-1]).var(axis=(1, 2))
    return variance


def _top_octave_share(levels: Float64) -> Float64:
    height, width = levels.shape[1:]
    window = np.outer(np.hanning(height + 2)[1:-1], np.hanning(width + 2)[1:-1])
    window /= window.sum()
    centred = levels - (levels * window).sum(axis=(1, 2), keepdims=True)
    energy = np.square(np.abs(np.fft.fft2(centred * window)))
    radius = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)[None])
    top = energy[:, radius >= TOP_OCTAVE].sum(axis=1)
    total = energy.sum(axis=(1, 2))
    # What is left of an image of one colour is rounding.
    share: Float64 = np.divide(top, total, out=np.zeros_like(top), where=total > 1e-12)
    return share


def _variance_of_mean(values: Float64, *, draws: Float64) -> float:
    """Variance of the mean of values (n,) that vary together where their draws (n,) are equal."""
    together = np.unique(draws, return_inverse=True)[1]
    deviations = np.bincount(together, weights=values - values.mean())
    return float(np.square(deviations).sum()) / (len(values) * (len(values) - 1))


def _below(values: Float64, others: Float64) -> Float64:
    """For each value the share of the others that are smaller, ties half."""
    ordered = np.sort(others)
    counted = np.searchsorted(ordered, values, side="left") + np.searchsorted(ordered, values, side="right")
    share: Float64 = counted / (2 * len(ordered))
    return share
