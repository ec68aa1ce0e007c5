"""Whether a classifier is right as often as it says: reliability, and its error beside what chance alone would show.

Guo, Pleiss, Sun and Weinberger, On Calibration of Modern Neural Networks, ICML 2017 (arXiv:1706.04599).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import MetricError

BINS = 15
"""As in section 4 of the paper."""
DRAWS = 200

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Reliability:
    """Samples by confidence, in bins of equal width over 0..1. A bin without samples has shares of 0."""

    counts: npt.NDArray[np.int64]
    """(bins,)"""
    accuracy: Floats
    """Share right in each bin (bins,)."""
    confidence: Floats
    """Mean confidence in each bin (bins,)."""

    @property
    def error(self) -> float:
        """Expected calibration error (Guo et al. 2017, equation 3): sum over bins of n_b / n |acc_b - conf_b|."""
        return float((self.counts * np.abs(self.accuracy - self.confidence)).sum() / self.counts.sum())


@dataclass(frozen=True, kw_only=True)
class Chance:
    """The error of draws in which every label is drawn with its predicted probability: mean, SD and 95 % quantile."""

    mean: float
    standard_deviation: float
    high: float


def probabilities(logits: npt.NDArray[np.floating[Any]]) -> Floats:
    """Softmax of logits (n, classes) in float64; rows sum to 1."""
    if logits.ndim != 2 or not logits.size or not np.isfinite(logits).all():
        raise MetricError(f"logits: expected finite values (n, classes), got shape {logits.shape}")
    values = logits.astype(np.float64)
    values = np.exp(values - values.max(axis=1, keepdims=True))
    normed: Floats = values / values.sum(axis=1, keepdims=True)
    return normed


def reliability(*, confidence: Floats, right: npt.NDArray[np.bool_]) -> Reliability:
    """Bins of samples by confidence (n,) in 0..1, with which were right (n,)."""
    if confidence.shape != right.shape or confidence.ndim != 1 or not len(right):
        raise MetricError(f"confidence: shape {confidence.shape}, right: {right.shape}, expected one value a sample")
    places = _bins(confidence)
    counts = np.bincount(places, minlength=BINS)
    filled = np.maximum(1, counts)
    return Reliability(
        counts=counts.astype(np.int64),
        accuracy=np.bincount(places, weights=right, minlength=BINS) / filled,
        confidence=np.bincount(places, weights=confidence, minlength=BINS) / filled,
    )


def calibration_by_chance(*, confidence: Floats, seed: int) -> Chance:
    """What a perfectly calibrated classifier with these confidences (n,) would show: its error is never 0 at finite n.

    A label drawn from the predicted probabilities is the predicted class with probability `confidence`, which is all
    that the error asks of it; so `right` is drawn, 200 times, from the seed.
    """
    rng = np.random.default_rng(seed)
    places = _bins(confidence)
    sums = np.bincount(places, weights=confidence, minlength=BINS)
    errors = np.array(
        [
            np.abs(np.bincount(places, weights=rng.random(len(confidence)) < confidence, minlength=BINS) - sums).sum()
            for _ in range(DRAWS)
        ]
    ) / len(confidence)
    return Chance(
        mean=float(errors.mean()), standard_deviation=float(errors.std(ddof=1)), high=float(np.quantile(errors, 0.95))
    )


def _bins(confidence: Floats) -> npt.NDArray[np.int64]:
    """The bin of each confidence: (m-1)/M < p <= m/M, as in the paper; 0 lies in the first."""
    places = np.ceil(np.clip(confidence, 0, 1) * BINS).astype(np.int64) - 1
    return np.maximum(places, 0)
