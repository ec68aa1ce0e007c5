"""Whether samples lie nearer to the training images than chance gives: the share whose nearest image is one of them.

A model that learned the distribution cannot tell the two sets apart, so n_train / (n_train + n_test) is expected
(the holdout share of Platzer and Reutterer 2021, doi:10.3389/fdata.2021.679939, for images).

Images with twins stay in the pool. Exchangeability asks only that the split be random, and a random split puts one
twin on each side of so many pairs. Leaving out the test images that have a twin in train, and keeping those twins,
would favour train.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import MetricError

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]
Distances = npt.NDArray[np.int64] | npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Share:
    """Share of samples whose nearest image is a training image; what chance alone gives, and its standard error."""

    value: float
    expected: float
    standard_error: float

    @property
    def z(self) -> float | None:
        """How many standard errors above what chance gives; None when there is no such error."""
        return (self.value - self.expected) / self.standard_error if self.standard_error > 0 else None


def nearest_in_pool(
    *, train: tuple[Distances, Int64], test: tuple[Distances, Int64], train_count: int, tolerance: float = 0.0
) -> tuple[Int64, Int64]:
    """Where in the pool, the training images followed by the test images, the nearest of each sample is, int64 (n,).

    Takes the nearest distance and index (n,) in each set. The second array is the place of a test image just as near,
    or -1: of twins on both sides neither is nearer. Distances within `tolerance` are just as near.
    """
    place = train_count + test[1]
    nearest = np.where(test[0] < train[0], place, train[1]).astype(np.int64)
    tied = np.abs(test[0] - train[0]) <= tolerance
    return np.where(tied, train[1], nearest), np.where(tied, place, -1).astype(np.int64)


def nearest_to_train_share(nearest: Int64, *, train_count: int, test_count: int, tied: Int64 | None = None) -> Share:
    """Of nearest places (n,) in the training images followed by the test images, the share below `train_count`.

    A sample with a place in `tied` that is not -1 counts half for each. The standard error is that of relabelling the
    pool, n_train of its N labels drawn without replacement: samples that share a nearest image count as one, so that a
    collapsed model is not called significant.
    """
    chosen = _weights(nearest, tied, pool=train_count + test_count)
    pool, count = len(chosen), len(nearest)
    expected = train_count / pool
    spread = float(np.square(chosen).sum()) - count**2 / pool
    variance = expected * (1 - expected) * pool / max(1, pool - 1) * spread / count**2
    share = float(chosen[:train_count].sum()) / count
    return Share(value=share, expected=expected, standard_error=math.sqrt(max(0.0, variance)))


def relabelled_shares(
    nearest: Int64, *, train_count: int, test_count: int, draws: int, seed: int, tied: Int64 | None = None
) -> Float64:
    """The share (draws,) after relabelling the pool at random: what chance gives, drawn out."""
    chosen = _weights(nearest, tied, pool=train_count + test_count)
    rng = np.random.default_rng(seed)
    held_out = (rng.choice(len(chosen), test_count, replace=False, shuffle=False) for _ in range(draws))
    return 1 - np.array([chosen[places].sum() for places in held_out]) / len(nearest)


def _weights(nearest: Int64, tied: Int64 | None, *, pool: int) -> Float64:
    """How many samples each image of the pool is nearest to."""
    if nearest.ndim != 1 or not len(nearest) or nearest.min() < 0 or nearest.max() >= pool:
        raise MetricError(f"nearest: expected indices (n,) in 0..{pool - 1}")
    if tied is None:
        return np.bincount(nearest, minlength=pool).astype(np.float64)
    halved = tied >= 0
    both = np.concatenate([nearest, tied[halved]])
    halves = np.concatenate([np.where(halved, 0.5, 1.0), np.full(int(halved.sum()), 0.5)])
    return np.bincount(both, weights=halves, minlength=pool).astype(np.float64)
