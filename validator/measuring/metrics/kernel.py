"""Kernel distance of two sets of features (KID): unbiased at every size, so a second opinion beside the FID.

MMD^2 with k(x, y) = (x'y / d + 1)^3, the unbiased estimate: Binkowski et al. 2018, arXiv:1801.01401, section 4;
Gretton et al. 2012, equation 3. All pairs are used. The usual mean over 100 subsets of 1,000 estimates the same number
less precisely, and the SD of those subsets is no standard error of their mean.

Standard error over draws of the n generated rows, the reference fixed: given the reference the estimate is, but for a
constant, the U-statistic of h(x, x') = k(x, x') - g(x) - g(x'), g(x) = mean of k(x, y) over the reference. Its variance
(Hoeffding 1948, equation 5.13) is exactly

    Var = 4 (n-2) / (n (n-1)) z1 + 2 / (n (n-1)) z2,    z1 = Var E[h(x, x') | x],  z2 = Var h(x, x')

z2 is estimated by the variance of h over all pairs. The row means a_i = mean over j of h(x_i, x_j) vary by z1 and by
the noise of n - 1 terms: with N = n - 1, E[S^2(a)] = (N-1)(N-3)/N^2 z1 + (N-1)/N^2 z2 (counting shared indices), so
z1 = (S^2(a) N^2 / (N-1) - z2) / (N-3) has no bias. Without the second term the error would be far too small for a
model as good as the reference, where z1 vanishes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import MetricError, check_features

Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]

ROWS_AT_ONCE = 1024
FEWEST_ROWS = 5
"""Below that, z1 has no estimate."""


@dataclass(frozen=True, kw_only=True)
class KernelDistance:
    """The unbiased MMD^2, which chance makes negative for equal sets, and its standard error over draws."""

    value: float
    standard_error: float


def kernel_distance(
    *,
    generated: npt.NDArray[np.floating[Any]],
    reference: npt.NDArray[np.floating[Any]],
    within_reference: float | None = None,
) -> KernelDistance:
    """KID of features (n, d) and (m, d), n >= 5, and its standard error; products in float32, sums in float64.

    `within_reference` is `kernel_within(reference)`, where that was kept.
    """
    ours, others = _rows("generated", generated), _rows("reference", reference)
    if ours.shape[1] != others.shape[1]:
        raise MetricError(f"generated: {ours.shape[1]} features a row, the reference has {others.shape[1]}")
    if len(ours) < FEWEST_ROWS:
        raise MetricError(f"generated: {len(ours)} rows, a standard error needs at least {FEWEST_ROWS}")
    within = kernel_within(reference) if within_reference is None else within_reference
    across = _means_across(ours, others)
    sums, squares = _pair_sums(ours, across)
    count = len(ours)
    mean = float(sums.sum()) / (count * (count - 1))
    return KernelDistance(value=mean + within, standard_error=_standard_error(sums / (count - 1), squares, mean))


def kernel_within(features: npt.NDArray[np.floating[Any]]) -> float:
    """The mean of k over all pairs of different rows (n, d)."""
    rows = _rows("features", features)
    sums, _ = _pair_sums(rows, np.zeros(len(rows)))
    return float(sums.sum()) / (len(rows) * (len(rows) - 1))


def _standard_error(row_means: Float64, squares: float, mean: float) -> float:
    """From the row means a_i (n,), the sum of h^2 over ordered pairs, and the mean of h."""
    count = len(row_means)
    pairs, others = count * (count - 1), count - 1
    whole = max(0.0, squares / pairs - mean**2)
    first = (float(row_means.var(ddof=1)) * others**2 / (others - 1) - whole) / (others - 3)
    # An estimate of a variance without bias may fall below 0 where there is next to none.
    return math.sqrt(4 * (count - 2) / pairs * max(0.0, first) + 2 / pairs * whole)


def _means_across(rows: Float32, others: Float32) -> Float64:
    """g(x): the mean of k over the reference for each row (n,)."""
    means = np.empty(len(rows))
    for first, block in _blocks(rows):
        means[first : first + len(block)] = _kernel(block, others).mean(axis=1, dtype=np.float64)
    return means


def _pair_sums(rows: Float32, across: Float64) -> tuple[Float64, float]:
    """Of h over the pairs of different rows: the sum for each row (n,), and the sum of squares over ordered pairs."""
    sums, squares = np.zeros(len(rows)), 0.0
    for first, block in _blocks(rows):
        # h is symmetric: blocks below the diagonal are not computed.
        past = first + len(block)
        values = _kernel(block, rows[first:]).astype(np.float64)
        values -= across[first:past, None]
        values -= across[None, first:]
        square, beside = values[:, : len(block)], values[:, len(block) :]
        np.fill_diagonal(square, 0.0)
        sums[first:past] += values.sum(axis=1)
        sums[past:] += beside.sum(axis=0)
        squares += float(np.vdot(square, square)) + 2 * float(np.einsum("ij,ij->", beside, beside))
    return sums, squares


def _kernel(rows: Float32, others: Float32) -> Float32:
    """(x'y / d + 1)^3 of (n, d) and (m, d), as (n, m)."""
    values: Float32 = rows @ others.T
    values /= np.float32(rows.shape[1])
    values += np.float32(1)
    values *= values * values
    return values


def _blocks(rows: Float32) -> Iterator[tuple[int, Float32]]:
    for first in range(0, len(rows), ROWS_AT_ONCE):
        yield first, rows[first : first + ROWS_AT_ONCE]


def _rows(name: str, features: Any) -> Float32:
    rows: Float32 = np.ascontiguousarray(check_features(name, features), dtype=np.float32)
    return rows
