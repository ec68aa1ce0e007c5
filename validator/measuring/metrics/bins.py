"""Number of statistically different bins (NDB): how many cells of the image space hold another share than real data.

Richardson and Weiss 2018 (arXiv:1805.12462), section 3: k-means cells of the training images, a two-proportion z test
in each. Here the cells are those of 8 x 8 thumbnails, whose distances are those of the images but for fine detail.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import Images, MetricError
from validator.measuring.metrics.thumbnails import thumbnails

Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]

ROUNDS = 50
ROWS_AT_ONCE = 8192
SIGNIFICANT = 1.959963984540054
"""|z| beyond which two shares differ at 5 %, two-sided."""


def cells(images: Images, *, count: int, seed: int) -> Float32:
    """Centres float32 (count, d) of k-means on thumbnails of images (n, c, h, w), n >= count.

    Lloyd's algorithm from k-means++ seeds (Arthur and Vassilvitskii 2007); the same seed gives the same cells.
    """
    rows = _rows(images)
    if not 1 <= count <= len(rows):
        raise MetricError(f"count: {count}, expected 1..{len(rows)} (the images)")
    centres = _seeds(rows, count, np.random.default_rng(seed))
    before: Int64 | None = None
    for _ in range(ROUNDS):
        member, distances = _nearest(rows, centres)
        if before is not None and np.array_equal(member, before):
            break
        before = member
        centres = _means(rows, member, distances, centres)
    return centres


def bin_counts(images: Images, centres: Float32) -> Int64:
    """How many images (n, c, h, w) are nearest to each centre, int64 (count,)."""
    return np.bincount(_nearest(_rows(images), centres)[0], minlength=len(centres))


def differences(generated: Int64, reference: Int64) -> Float64:
    """z (count,) of each bin's share of the generated against the reference, pooled standard error; 0 where none is."""
    if generated.shape != reference.shape or not generated.sum() or not reference.sum():
        raise MetricError("generated, reference: expected counts of the same bins, not all 0")
    first, second = int(generated.sum()), int(reference.sum())
    pooled = (generated + reference) / (first + second)
    error = np.sqrt(pooled * (1 - pooled) * (1 / first + 1 / second))
    z: Float64 = np.divide(generated / first - reference / second, error, out=np.zeros(len(pooled)), where=error > 0)
    return z


def share_differing(z: Float64) -> float:
    """Share of bins (count,) that differ at 5 %: NDB / K."""
    return float((np.abs(z) > SIGNIFICANT).mean())


def differing_of_draws(held_out: Int64, reference: Int64, *, count: int, seed: int) -> tuple[float, float]:
    """The same share for `count` of the held-out images (mean of 200 draws), and its standard error over the bins."""
    total = int(held_out.sum())
    if not 1 <= count <= total:
        raise MetricError(f"count: {count:,}, only {total:,} held-out images to draw from")
    rng = np.random.default_rng(seed)
    size = 200 if count < total else 1
    drawn = rng.multivariate_hypergeometric(held_out, count, size=size, method="marginals")
    share = float(np.mean([share_differing(differences(each, reference)) for each in drawn]))
    return share, math.sqrt(max(share, 0.05) * (1 - min(share, 0.95)) / len(held_out))


def _rows(images: Images) -> Float32:
    small = thumbnails(images)
    return small.reshape(len(small), -1)


def _seeds(rows: Float32, count: int, rng: np.random.Generator) -> Float32:
    chosen = [int(rng.integers(len(rows)))]
    nearest = np.square(rows - rows[chosen[0]]).sum(axis=1, dtype=np.float64)
    while len(chosen) < count:
        total = nearest.sum()
        weights = nearest / total if total > 0 else None
        chosen.append(int(rng.choice(len(rows), p=weights)))
        nearest = np.minimum(nearest, np.square(rows - rows[chosen[-1]]).sum(axis=1, dtype=np.float64))
    return rows[chosen]


def _nearest(rows: Float32, centres: Float32) -> tuple[Int64, Float32]:
    """For each row (n, d) the nearest centre, of equals the lower one, and half its squared distance."""
    lengths = np.square(centres).sum(axis=1) / 2
    member = np.empty(len(rows), dtype=np.int64)
    distances = np.empty(len(rows), dtype=np.float32)
    for first in range(0, len(rows), ROWS_AT_ONCE):
        block = rows[first : first + ROWS_AT_ONCE]
        half = lengths - block @ centres.T
        member[first : first + ROWS_AT_ONCE] = half.argmin(axis=1)
        distances[first : first + ROWS_AT_ONCE] = half.min(axis=1) + np.square(block).sum(axis=1) / 2
    return member, distances


def _means(rows: Float32, member: Int64, distances: Float32, centres: Float32) -> Float32:
    """The mean of each cell; an empty cell moves to the rows that are farthest from their centres."""
    counts = np.bincount(member, minlength=len(centres))
    order = np.argsort(member, kind="stable")
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    filled = counts > 0
    means = centres.copy()
    sums = np.add.reduceat(rows[order], starts[filled], axis=0)
    means[filled] = sums / counts[filled, None]
    empty = np.flatnonzero(~filled)
    means[empty] = rows[np.argsort(-distances, kind="stable")[: len(empty)]]
    return means
