"""The Frechet distance of two Gaussians fitted to features; knows nothing of images or networks.

    d^2 = |m_g - m_r|^2 + Tr(C_g + C_r - 2 (C_g C_r)^(1/2))

Dowson and Landau 1982 (the distance); Heusel et al. 2017, arXiv:1706.08500, equation 6 (the FID). The trace of the
root needs no matrix root: with C_r = F F', the eigenvalues of C_g C_r are those of the symmetric F' C_g F, and with
C_g = G G' the trace is the sum of the singular values of G' F (the nuclear norm; Givens and Shortt 1984).

What is computed, in this order of preference (all in float64, covariances in two passes with ddof = 1):
1. n > d and the reference covariance is positive definite: F is its Cholesky factor, fixed for all submissions; the
   eigenvalues of F' C_g F, negative rounding errors clipped to 0. A collapsed model makes only C_g singular.
2. n <= d: G is the centred data itself, so that nothing is squared and rooted; singular values of G' F.
   m <= d: F is the centred reference data.
3. m > d and Cholesky fails: both factors from symmetric eigendecompositions; singular values of G' F.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import MetricError, check_features

Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Reference:
    """The fitted reference, kept once for all submissions: mean (d,), factor (d, r) with C = factor factor', count."""

    mean: Float64
    factor: Float64
    positive_definite: bool
    """Whether the factor is a Cholesky factor or centred data; false after an eigendecomposition."""
    count: int

    @property
    def trace(self) -> float:
        """The trace of the covariance."""
        return float(np.square(self.factor).sum())

    @property
    def triangular(self) -> bool:
        """Whether the factor is a Cholesky factor: lower triangular, the diagonal positive."""
        return self.positive_definite and self.count > len(self.mean)


def fit_reference(features: npt.NDArray[np.floating[Any]]) -> Reference:
    """Mean and a factor of the covariance of reference features (m, d)."""
    mean, centred = mean_and_centred(check_features("reference", features))
    count, width = centred.shape
    if count <= width:
        return Reference(mean=mean, factor=data_factor(centred), positive_definite=True, count=count)
    covariance = _covariance(centred)
    try:
        factor: Float64 = np.linalg.cholesky(covariance).astype(np.float64, copy=False)
    except np.linalg.LinAlgError:
        return Reference(mean=mean, factor=_spectral_factor(covariance), positive_definite=False, count=count)
    return Reference(mean=mean, factor=factor, positive_definite=True, count=count)


def frechet_distance(*, generated: npt.NDArray[np.floating[Any]], reference: npt.NDArray[np.floating[Any]]) -> float:
    """Frechet distance (squared, as the FID is) of Gaussians fitted to features (n, d) and (m, d)."""
    return frechet_to(fit_reference(reference), generated=generated)


def frechet_to(reference: Reference, *, generated: npt.NDArray[np.floating[Any]]) -> float:
    """Frechet distance of features (n, d) to a fitted reference."""
    mean, centred = centred_like(reference, generated)
    between = float(np.square(mean - reference.mean).sum())
    spread = float(np.square(centred).sum()) / (len(centred) - 1)
    distance = between + spread + reference.trace - 2 * _root_trace(reference, centred)
    # A distance is not negative; identical sets come out as a rounding error of either sign.
    return max(0.0, distance)


def centred_like(reference: Reference, generated: npt.NDArray[np.floating[Any]]) -> tuple[Float64, Float64]:
    """Mean (d,) and centred rows (n, d) of generated features. Raises MetricError when the widths differ."""
    mean, centred = mean_and_centred(check_features("generated", generated))
    if mean.shape != reference.mean.shape:
        raise MetricError(f"generated: {len(mean)} features a row, the reference has {len(reference.mean)}")
    return mean, centred


def _root_trace(reference: Reference, centred: Float64) -> float:
    """Tr((C_g C_r)^(1/2)) from the centred generated features."""
    count, width = centred.shape
    if count <= width:
        return _nuclear_norm(data_factor(centred).T @ reference.factor)
    if not reference.positive_definite:
        return _nuclear_norm(_spectral_factor(_covariance(centred)).T @ reference.factor)
    from scipy import linalg

    eigenvalues = linalg.eigh(
        seen_through(reference, centred), eigvals_only=True, driver="evr", overwrite_a=True, check_finite=False
    )
    return float(np.sqrt(np.clip(eigenvalues, 0, None)).sum())


def seen_through(reference: Reference, centred: Float64) -> Float64:
    """F' C_g F (r, r), of which only the lower triangle is to be read."""
    covariance = _covariance(centred)
    if not reference.triangular:
        product: Float64 = reference.factor.T @ covariance @ reference.factor
        return product
    from scipy.linalg import lapack

    # LAPACK's reduction for a triangular factor: a quarter of the work of two general products.
    reduced, failed = lapack.dsygst(covariance.T, np.asfortranarray(reference.factor), itype=2, lower=1)
    if failed:
        raise MetricError(f"generated: LAPACK dsygst refused its argument {-failed}")
    lower: Float64 = reduced
    return lower


def mean_and_centred(features: npt.NDArray[np.floating[Any]]) -> tuple[Float64, Float64]:
    """Two passes: the one-pass formula loses the covariance of features whose mean is large."""
    values = features.astype(np.float64)
    mean: Float64 = values.mean(axis=0)
    values -= mean
    return mean, values


def data_factor(centred: Float64) -> Float64:
    """G (d, n) with C = G G'."""
    factor: Float64 = centred.T / np.sqrt(len(centred) - 1)
    return factor


def _covariance(centred: Float64) -> Float64:
    covariance: Float64 = centred.T @ centred / (len(centred) - 1)
    return covariance


def _spectral_factor(covariance: Float64) -> Float64:
    eigenvalues, vectors = np.linalg.eigh(covariance)
    factor: Float64 = vectors * np.sqrt(np.clip(eigenvalues, 0, None))
    return factor


def _nuclear_norm(product: Float64) -> float:
    return float(np.linalg.svd(product, compute_uv=False).sum())
