"""A linear probe on features: which class an image looks like, good enough to count classes, not to judge images.

Ridge regression on the one-hot classes in closed form (Hoerl and Kennard 1970), features standardised; the ridge is
the one of five that does best on a fifth of the training images.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import MetricError, check_features

Floats = npt.NDArray[np.floating]
Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]

RIDGES = (1e-3, 1e-2, 1e-1, 1.0, 10.0)
"""Times the number of images: the scale of a standardised feature's sum of squares."""
HELD_BACK = 5
"""One image in so many chooses the ridge."""
ROWS_AT_ONCE = 4096


@dataclass(frozen=True, kw_only=True)
class Probe:
    """Linear scores of the classes: features (n, d) times `weights` float64 (d, classes) plus `bias` (classes,)."""

    weights: Float64
    bias: Float64

    def classes(self, features: Floats) -> Int64:
        """The class with the largest score, int64 (n,)."""
        check_features("features", features)
        if features.shape[1] != len(self.weights):
            raise MetricError(f"features: {features.shape[1]}, the probe takes {len(self.weights)}")
        blocks = (features[first : first + ROWS_AT_ONCE] for first in range(0, len(features), ROWS_AT_ONCE))
        return np.concatenate(
            [(block.astype(np.float64) @ self.weights + self.bias).argmax(axis=1) for block in blocks]
        )


@dataclass(frozen=True, kw_only=True)
class _Sums:
    """What the normal equations take: X'X (d, d), X'Y (d, classes), sums of X (d,) and Y (classes,), the count."""

    squares: Float64
    products: Float64
    features: Float64
    classes: Float64
    count: int

    def without(self, other: _Sums) -> _Sums:
        return _Sums(
            squares=self.squares - other.squares,
            products=self.products - other.products,
            features=self.features - other.features,
            classes=self.classes - other.classes,
            count=self.count - other.count,
        )


def fit_probe(features: Floats, labels: Int64, *, classes: int, seed: int) -> Probe:
    """Fit features (n, d) and labels int64 (n,) in 0..classes - 1. Raises MetricError where there is no telling."""
    check_features("features", features)
    if labels.shape != (len(features),) or labels.min() < 0 or labels.max() >= classes:
        raise MetricError(f"labels: shape {labels.shape}, expected ({len(features)},) of 0..{classes - 1}")
    if len(np.unique(labels)) < 2:
        raise MetricError("labels: one class only, there is nothing to tell apart")
    held_back = np.zeros(len(features), dtype=bool)
    held_back[np.random.default_rng(seed).permutation(len(features))[: len(features) // HELD_BACK]] = True
    every = _sums(features, labels, classes)
    ridge = RIDGES[2]
    if held_back.any():
        back, known = features[held_back], labels[held_back]
        candidates = _solved(every.without(_sums(back, known, classes)), RIDGES)
        accuracies = [float((probe.classes(back) == known).mean()) for probe in candidates]
        ridge = RIDGES[int(np.argmax(accuracies))]
    return _solved(every, (ridge,))[0]


def _sums(features: Floats, labels: Int64, classes: int) -> _Sums:
    width = features.shape[1]
    squares, products = np.zeros((width, width)), np.zeros((width, classes))
    total = np.zeros(width)
    for first in range(0, len(features), ROWS_AT_ONCE):
        block = features[first : first + ROWS_AT_ONCE].astype(np.float64)
        squares += block.T @ block
        products += block.T @ np.eye(classes)[labels[first : first + ROWS_AT_ONCE]]
        total += block.sum(axis=0)
    counts = np.bincount(labels, minlength=classes).astype(np.float64)
    return _Sums(squares=squares, products=products, features=total, classes=counts, count=len(features))


def _solved(sums: _Sums, ridges: tuple[float, ...]) -> list[Probe]:
    """One probe a ridge, from one eigendecomposition."""
    mean, shares = sums.features / sums.count, sums.classes / sums.count
    covariance = sums.squares / sums.count - np.outer(mean, mean)
    scale = np.sqrt(np.clip(covariance.diagonal(), 0, None))
    # A feature that never changes says nothing.
    inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale > 1e-6 * max(float(scale.max()), 1e-12))
    eigenvalues, vectors = np.linalg.eigh(covariance * np.outer(inverse, inverse))
    target = vectors.T @ ((sums.products / sums.count - np.outer(mean, shares)) * inverse[:, None])
    probes = []
    for ridge in ridges:
        weights = (vectors @ (target / (np.clip(eigenvalues, 0, None) + ridge)[:, None])) * inverse[:, None]
        probes.append(Probe(weights=weights, bias=shares - mean @ weights))
    return probes
