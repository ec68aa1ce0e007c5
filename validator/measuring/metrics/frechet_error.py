"""How far the Frechet distance would move if the model were sampled again: a standard error without resampling.

The reference is fixed by the protocol; only the n generated rows are a draw. To first order the distance D(m, C) moves
as the mean of its influence function over the rows (delta method: van der Vaart 1998, theorem 20.8; limit laws of this
very distance: Rippl, Munk and Sturm 2016, theorem 2.1). With C_r = F F' and M = F' C F = U diag(l) U':

    dD/dm = 2 (m - m_r)
    dD/dC = I - T,   T = F M^(-1/2) F'     T carries N(0, C) to N(0, C_r): Bhatia, Jain and Lim 2019, section 3
    influence(x) = 2 (m - m_r)'(x - m) + |x - m|^2 - (x - m)' T (x - m), less its mean
    SE = SD(influence of the rows) / sqrt(n)

For d Tr(M^(1/2)) = Tr(M^(-1/2) dM) / 2 and dM = F' dC F. Bootstrapping would not do: a resample repeats rows, which
adds to the distance what a smaller sample adds, and each replicate costs a decomposition. T is fitted to the rows that
it is applied to, which makes the error too wide, by up to a third, for a model that is as good as the reference; the
further away the model, the closer (tests/measuring/metrics/test_metrics_frechet_error.py repeats the draws).

A collapsed model makes M singular. Its rows lie in the range of C, so that their coordinate along a direction of
eigenvalue l has mean square l: the quotient by l^(1/2) stays small where l does, and 0/0 is kept from happening.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.frechet import Float64, Reference, centred_like, data_factor, seen_through


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A Frechet distance, and its standard error over other draws of as many generated rows."""

    distance: float
    standard_error: float


def frechet_estimate(reference: Reference, *, generated: npt.NDArray[np.floating[Any]]) -> Estimate:
    """The distance of features (n, d) to a fitted reference, as `frechet_to` gives it, and its standard error."""
    mean, centred = centred_like(reference, generated)
    offset = mean - reference.mean
    spreads = np.square(centred).sum(axis=1)
    root_trace, carried = _carried(reference, centred)
    influence = 2 * (centred @ offset) + spreads - carried
    count = len(centred)
    between, spread = float(np.square(offset).sum()), float(spreads.sum()) / (count - 1)
    return Estimate(
        distance=max(0.0, between + spread + reference.trace - 2 * root_trace),
        standard_error=float(influence.std(ddof=1)) / math.sqrt(count),
    )


def _carried(reference: Reference, centred: Float64) -> tuple[float, Float64]:
    """Tr(M^(1/2)), and (x - m)' T (x - m) of each centred row (n,)."""
    count, width = centred.shape
    if count <= width:
        # x = sqrt(n-1) G e, F' G = U diag(s) V': x' T x = (n-1) sum over k of s_k V_ek^2.
        singular, rows = np.linalg.svd(reference.factor.T @ data_factor(centred), full_matrices=False)[1:]
        short: Float64 = (count - 1) * (singular @ np.square(rows))
        return float(singular.sum()), short
    eigenvalues, vectors = np.linalg.eigh(seen_through(reference, centred), UPLO="L")
    roots = np.sqrt(np.clip(eigenvalues, 0, None))
    # Below this an eigenvalue is rounding error, and so is what would be divided by its root.
    least = math.sqrt(np.finfo(np.float64).eps * max(float(eigenvalues[-1]), np.finfo(np.float64).tiny))
    coordinates = centred @ (reference.factor @ vectors)
    np.square(coordinates, out=coordinates)
    long: Float64 = coordinates @ (1 / np.maximum(roots, least))
    return float(roots.sum()), long
