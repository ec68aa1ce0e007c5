"""Over what a quoted mean +- standard deviation of an accuracy was taken: batches, evaluations, networks, or nothing.

Knows numbers; nothing of who quoted them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BATCHES, EVALUATIONS, NETWORKS, IMAGES = "batches", "evaluations", "networks", "images"
SLACK = 0.1
"""Share of a standard deviation by which rounding, and n in place of n - 1, may move it."""


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Accuracies (shares) of the parts of one thing: of its batches, its evaluations, its networks."""

    over: str
    accuracies: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Their mean."""
        return math.fsum(self.accuracies) / len(self.accuracies)

    @property
    def standard_deviation(self) -> float:
        """Their standard deviation with n in the denominator, as numpy has it."""
        mean = self.mean
        return math.sqrt(math.fsum((value - mean) ** 2 for value in self.accuracies) / len(self.accuracies))


@dataclass(frozen=True, kw_only=True)
class Quoted:
    """One quoted pair and what its standard deviation matches, nearest first; empty when nothing."""

    mean: float
    standard_deviation: float
    over: tuple[str, ...]


def over_what(
    pairs: Sequence[tuple[float, float]],
    *,
    spreads: Sequence[Spread],
    accuracy: float | None = None,
    decimals: int = 3,
) -> tuple[Quoted, ...]:
    """What each quoted (mean, SD) of an accuracy, both as shares, was taken over.

    An SD matches where it lies within rounding (half a unit of the last decimal) and 10 % of a measured one, with n or
    n - 1. `accuracy` adds `images`: sqrt(p (1 - p)), the SD over single images. No mean is compared: a claim that is
    wrong is another finding.
    """
    measured: dict[str, tuple[float, ...]] = {
        spread.over: _both(spread) for spread in spreads if len(spread.accuracies) > 1
    }
    if accuracy is not None:
        measured[IMAGES] = (math.sqrt(accuracy * (1 - accuracy)),)
    return tuple(
        Quoted(mean=mean, standard_deviation=deviation, over=_matching(deviation, measured, decimals))
        for mean, deviation in pairs
    )


def _both(spread: Spread) -> tuple[float, float]:
    count = len(spread.accuracies)
    return spread.standard_deviation, spread.standard_deviation * math.sqrt(count / (count - 1))


def _matching(deviation: float, measured: Mapping[str, tuple[float, ...]], decimals: int) -> tuple[str, ...]:
    rounding = 0.5 * 10.0**-decimals
    distances = {over: min(abs(deviation - value) for value in values) for over, values in measured.items()}
    near = [over for over, distance in distances.items() if distance <= rounding * 1.001 + SLACK * max(measured[over])]
    return tuple(sorted(near, key=lambda over: distances[over]))
