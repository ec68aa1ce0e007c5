"""Whether two sets of rows were drawn from one law: kernel distance, and what relabelling the rows makes of it.

MMD^2 with k(x, y) = (x'y / d + 1)^3, the unbiased estimate (Gretton et al. 2012, equation 3; Binkowski et al. 2018,
arXiv:1801.01401). Under one law the labels are exchangeable, so the distances of random relabellings are draws from the
null, whatever the law and the sizes (Gretton et al. 2012, section 7).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import MetricError

RELABELLINGS = 400
FEWEST_ROWS = 8

Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Apart:
    """The distance, its mean and SD over relabellings, and the share of relabellings at least as far apart."""

    distance: float
    expected: float
    standard_error: float
    p: float

    @property
    def spreads(self) -> float:
        """How many SDs of the null lie between the distance and what is expected; 0 where nothing varies."""
        return (self.distance - self.expected) / self.standard_error if self.standard_error > 0 else 0.0


def apart(*, first: npt.NDArray[Any], second: npt.NDArray[Any], seed: int) -> Apart:
    """The distance of rows (n, d) and (m, d), n and m >= 8. Raises MetricError for fewer or for unequal d."""
    if first.ndim != 2 or second.ndim != 2 or first.shape[1] != second.shape[1]:
        raise MetricError(f"rows of one length are compared, not {first.shape} and {second.shape}")
    if min(len(first), len(second)) < FEWEST_ROWS:
        raise MetricError(f"{min(len(first), len(second))} rows are too few to compare; at least {FEWEST_ROWS}")
    rows = np.concatenate([first, second]).astype(np.float64)
    kernel = (rows @ rows.T / rows.shape[1] + 1) ** 3
    np.fill_diagonal(kernel, 0)
    mine = np.zeros((len(rows), RELABELLINGS + 1))
    mine[: len(first), 0] = 1
    rng = np.random.default_rng(seed)
    for column in range(1, RELABELLINGS + 1):
        mine[rng.permutation(len(rows))[: len(first)], column] = 1
    distances = _distances(kernel, mine, len(first), len(second))
    null = distances[1:]
    return Apart(
        distance=float(distances[0]),
        expected=float(null.mean()),
        standard_error=float(null.std(ddof=1)),
        p=float((1 + (null >= distances[0]).sum()) / (1 + RELABELLINGS)),
    )


def _distances(kernel: Float64, mine: Float64, n: int, m: int) -> Float64:
    """Unbiased MMD^2 for each column of labels; `kernel` has zeros on its diagonal."""
    theirs = 1 - mine
    of_mine, of_theirs = kernel @ mine, kernel @ theirs
    within_mine, within_theirs = (mine * of_mine).sum(axis=0), (theirs * of_theirs).sum(axis=0)
    across = (mine * of_theirs).sum(axis=0)
    distances: Float64 = within_mine / (n * (n - 1)) + within_theirs / (m * (m - 1)) - 2 * across / (n * m)
    return distances
