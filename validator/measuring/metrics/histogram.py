"""Whether the classes of the samples are spread as those of held-out images are: counts in, numbers out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import MetricError

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]

DRAWS = 2_000
RARE = 0.01


@dataclass(frozen=True, kw_only=True)
class Band:
    """What as many draws as there are samples give, class by class, if they are spread as the held-out images are."""

    low: Int64
    """1 % quantile of each class's count (classes,): fewer is rare."""
    high: Int64
    """99 % quantile."""
    expected_rare: float
    """How many classes are rare by chance."""
    most_rare: int
    """97.5 % quantile of that number."""


def band_of(held_out: Int64, *, count: int, seed: int) -> Band:
    """The band for `count` samples from the held-out counts (classes,), simulated.

    The shares of the classes are themselves known from a finite set: they are drawn anew (bootstrap) before each draw.
    """
    _check("held_out", held_out)
    rng = np.random.default_rng(seed)
    first, second = (_draws(held_out, count, rng) for _ in range(2))
    low = np.quantile(first, RARE, axis=0, method="lower").astype(np.int64)
    high = np.quantile(first, 1 - RARE, axis=0, method="higher").astype(np.int64)
    rare = (second < low).sum(axis=1)
    most = int(np.quantile(rare, 0.975, method="higher"))
    return Band(low=low, high=high, expected_rare=float(rare.mean()), most_rare=most)


def effective_number(counts: Int64) -> float:
    """exp of the entropy of counts (classes,): as many equally frequent classes would be as varied (Hill 1973)."""
    _check("counts", counts)
    return math.exp(_entropy(counts))


def expected_effective_number(held_out: Int64, *, count: int, seed: int) -> float:
    """Mean effective number of `count` of the held-out images, drawn without replacement (rarefaction).

    Few samples show fewer classes than many: equal counts make the comparison fair.
    """
    _check("held_out", held_out)
    total = int(held_out.sum())
    if not 1 <= count <= total:
        raise MetricError(f"count: {count:,}, only {total:,} held-out images to draw from")
    if count == total:
        return effective_number(held_out)
    drawn = np.random.default_rng(seed).multivariate_hypergeometric(held_out, count, size=200, method="marginals")
    return float(np.mean([effective_number(each) for each in drawn]))


def effective_number_error(counts: Int64) -> float:
    """Standard error of the effective number of counts (classes,), by the delta method (Basharin 1959)."""
    _check("counts", counts)
    total = int(counts.sum())
    shares = counts[counts > 0] / total
    spread = float((shares * np.square(np.log(shares))).sum()) - _entropy(counts) ** 2
    variance = max(0.0, spread) / total + (len(shares) - 1) / (2 * total**2)
    return effective_number(counts) * math.sqrt(variance)


def _draws(held_out: Int64, count: int, rng: np.random.Generator) -> Int64:
    total = int(held_out.sum())
    shares = rng.multinomial(total, held_out / total, size=DRAWS) / total
    drawn: Int64 = rng.multinomial(count, shares).astype(np.int64)
    return drawn


def _entropy(counts: Int64) -> float:
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log(shares)).sum())


def _check(name: str, counts: Int64) -> None:
    if counts.ndim != 1 or not len(counts) or counts.min() < 0 or not counts.sum():
        raise MetricError(f"{name}: expected counts (classes,), none below 0 and not all 0")
