"""How well a classifier did: accuracy, cross-entropy, the gap between two sets, and what chance would move them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import MetricError

NORMAL_QUANTILE_975 = 1.959963984540054


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """Correct of count, with the 95 % Wilson interval."""

    correct: int
    count: int

    @property
    def share(self) -> float:
        """Correct over count."""
        return self.correct / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """The score interval of Wilson 1927 (JASA 22, 209-212), which stays inside 0..1 and is right near the ends."""
        squared = NORMAL_QUANTILE_975**2
        centre = (self.correct + squared / 2) / (self.count + squared)
        spread = self.share * (1 - self.share) / self.count + squared / (4 * self.count**2)
        half = NORMAL_QUANTILE_975 / (1 + squared / self.count) * math.sqrt(spread)
        return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Train minus test accuracy, and the standard error of that difference."""

    value: float
    standard_error: float


def accuracy(logits: npt.NDArray[np.floating[Any]], labels: npt.NDArray[np.int64]) -> Accuracy:
    """How many rows of logits (n, classes) are largest at their label (n,); of equal logits the first class counts."""
    _check(logits, labels)
    return Accuracy(correct=int((logits.argmax(axis=1) == labels).sum()), count=len(labels))


def cross_entropy(logits: npt.NDArray[np.floating[Any]], labels: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Loss of each sample in nats, float64 (n,): log sum exp(logits) - logit of the label, shifted by the largest."""
    _check(logits, labels)
    values = logits.astype(np.float64)
    shifted = values - values.max(axis=1, keepdims=True)
    losses: npt.NDArray[np.float64] = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels]
    return losses


def accuracy_gap(*, train: Accuracy, test: Accuracy) -> Gap:
    """The difference of two independent shares and its standard error sqrt(p1 q1 / n1 + p2 q2 / n2)."""
    variance = sum(part.share * (1 - part.share) / part.count for part in (train, test))
    return Gap(value=train.share - test.share, standard_error=math.sqrt(variance))


def confusion(logits: npt.NDArray[np.floating[Any]], labels: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Counts int64 (classes, classes): row is the label, column the predicted class."""
    _check(logits, labels)
    classes = logits.shape[1]
    pairs = labels * classes + logits.argmax(axis=1)
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes).astype(np.int64)


def _check(logits: Any, labels: Any) -> None:
    if not isinstance(logits, np.ndarray) or logits.ndim != 2 or not np.issubdtype(logits.dtype, np.floating):
        raise MetricError(f"logits: expected a floating-point array (n, classes), got {_shape(logits)}")
    if not isinstance(labels, np.ndarray) or labels.shape != logits.shape[:1] or labels.dtype != np.int64:
        raise MetricError(f"labels: expected int64 ({len(logits)},), got {_shape(labels)}")
    if not len(labels):
        raise MetricError("logits: no row")
    if not np.isfinite(logits).all():
        raise MetricError("logits: hold NaN or infinity")
    if labels.min() < 0 or labels.max() >= logits.shape[1]:
        raise MetricError(f"labels: {labels.min()}..{labels.max()}, the logits have {logits.shape[1]} classes")


def _shape(value: Any) -> str:
    return f"{value.dtype} {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__
