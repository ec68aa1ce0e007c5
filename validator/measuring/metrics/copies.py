"""Which samples are copies of reference images: byte-exact (also mirrored), or nearer than held-out images come."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import Images, MetricError, check_images

Float64 = npt.NDArray[np.float64]

NEAR_QUANTILE = 0.001
HIGH = 0.99
TWIN_RATIO = 0.5
"""A held-out image whose nearest neighbour is less than half as far as its neighbours are on average has a twin in
the reference (the calibrated distance of Carlini et al. 2023, arXiv:2301.13188, section 4.2). About a tenth of
CIFAR-100's test images have one (Barz and Denzler 2020, arXiv:1902.00423): they must not set the threshold."""


def flipped(images: Images) -> Images:
    """The images (n, c, h, w) mirrored left to right."""
    return np.ascontiguousarray(images[..., ::-1])


def exact_copies(*, generated: Images, reference: Images) -> npt.NDArray[np.int64]:
    """For each sample the lowest index of an identical reference image, as it is or mirrored; -1 when there is none."""
    check_images("generated", generated)
    check_images("reference", reference)
    known: dict[bytes, int] = {}
    for index, image in enumerate(reference):
        known.setdefault(_digest(image), index)
    straight = [known.get(_digest(image), -1) for image in generated]
    mirrored = [known.get(_digest(image), -1) for image in flipped(generated)]
    return np.array([_lowest(*pair) for pair in zip(straight, mirrored, strict=True)], dtype=np.int64)


def nearness(squared_distances: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Nearest distance over the mean distance of all k neighbours, float64 (n,): 0 for a copy, towards 1 for none.

    Takes squared distances (n, k), nearest first, k >= 2. Blur and low contrast bring an image nearer to all of its
    neighbours alike and leave the ratio as it is.
    """
    if squared_distances.ndim != 2 or squared_distances.shape[1] < 2:
        raise MetricError(f"squared_distances: shape {squared_distances.shape}, expected (n, k) with k at least 2")
    return ratio_to_neighbours(np.sqrt(squared_distances.astype(np.float64)))


def ratio_to_neighbours(distances: Float64) -> Float64:
    """The same of distances (n, k), nearest first, that are not squared."""
    if distances.ndim != 2 or distances.shape[1] < 2:
        raise MetricError(f"distances: shape {distances.shape}, expected (n, k) with k at least 2")
    mean = distances.mean(axis=1)
    ratio: npt.NDArray[np.float64] = np.divide(distances[:, 0], mean, out=np.zeros_like(mean), where=mean > 0)
    return ratio


def without_twins(held_out: Float64, *, listed: npt.NDArray[np.int64] | None = None) -> npt.NDArray[np.bool_]:
    """Which of the held-out images (n,), by their nearness, have no twin: not `listed`, and not by TWIN_RATIO."""
    clean = held_out >= TWIN_RATIO
    if listed is not None:
        clean[listed] = False
    return clean


def near_copy_threshold(held_out: Float64, *, quantile: float = NEAR_QUANTILE) -> float:
    """The nearness below which all but this quantile of held-out images without a twin never come."""
    clean = held_out[without_twins(held_out)]
    if not len(clean):
        return TWIN_RATIO
    return float(np.quantile(clean, quantile, method="lower"))


@dataclass(frozen=True, kw_only=True)
class Chance:
    """How many of some images that copy nothing come nearer to the reference than a threshold set by held-out ones."""

    threshold: float
    expected: float
    high: int
    """No more than this many in 99 of 100 cases."""


def chance_of_near_copies(clean: Float64, *, count: int, quantile: float = NEAR_QUANTILE) -> Chance:
    """The threshold set by the nearness (m,) of held-out images without twins, and what chance gives of `count`.

    The threshold is the j-th smallest. Of exchangeable images each comes below it with probability j / (m + 1), and
    the number that do is beta-binomial (count, j, m + 1 - j), whatever the distribution (order statistics: Wilks 1942).
    That includes the chance in the threshold itself, which a Poisson band around count x quantile leaves out.
    """
    if not len(clean):
        raise MetricError("every held-out image has a twin in the reference: nothing says what chance gives")
    place = math.floor(quantile * (len(clean) - 1))
    above = len(clean) - place
    return Chance(
        threshold=float(np.partition(clean, place)[place]),
        expected=count * (place + 1) / (len(clean) + 1),
        high=_beta_binomial_quantile(HIGH, count=count, first=place + 1, second=above),
    )


def _beta_binomial_quantile(share: float, *, count: int, first: int, second: int) -> int:
    from scipy.special import betaln, gammaln

    number = np.arange(count + 1)
    ways = gammaln(count + 1) - gammaln(number + 1) - gammaln(count - number + 1)
    chance = np.exp(ways + betaln(number + first, count - number + second) - betaln(first, second))
    return min(count, int(np.searchsorted(np.cumsum(chance), share)))


def _digest(image: Images) -> bytes:
    return hashlib.blake2b(image.tobytes(), digest_size=16).digest()


def _lowest(straight: int, mirrored: int) -> int:
    found = [index for index in (straight, mirrored) if index >= 0]
    return min(found, default=-1)
