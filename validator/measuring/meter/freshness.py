"""Whether a tensor's values look as an initialiser leaves them, from the quantiles that the agent sent. Pure numbers.

Two tests. Kolmogorov-Smirnov against uniform, normal and truncated normal distributions with fitted parameters, the
best of them; fitting makes its p too large, never too small. And the largest singular value against the edge that
independent values obey (Marchenko and Pastur 1967; its spread after Johnstone 2001): training adds directions that
noise does not have. Structured tensors (constants, tables of sines, few distinct values) are not judged.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

FEWEST_DISTINCT = 64
MOST_REPEATED = 8
"""Neighbouring quantiles of the same value: 3 % of the tensor are one number."""
IQR_OF_NORMAL = 1.3489795
FEWEST_ROWS = 8
WIDTHS = tuple(0.85 * 1.06**step for step in range(32))
"""Standard deviation of the untruncated normal over that of the values, 0.85 to 5.2."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """One tensor when the training of its network began."""

    shape: tuple[int, ...]
    looked_at: int
    zeros: int
    distinct: int
    quantiles: tuple[float, ...]
    repeated: float
    """How many times each row or column is there."""
    largest: float | None
    """Square of the largest singular value of the centred matrix, over the variance of its elements."""


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """How unlike fresh values a tensor is: the best p of the distributions, and how far its spectrum sticks out."""

    p: float
    beyond_edge: float | None
    """Spreads by which the largest singular value lies beyond what noise has; None where that cannot be said."""


def doubt(look: Look) -> Doubt | None:
    """None for tensors that cannot be judged: too few values, or of a structure that is no noise by intent."""
    q = look.quantiles
    if len(q) < 2 or look.distinct < FEWEST_DISTINCT or _has_a_step(q) or _is_table(q):
        return None
    count = max(2, round((look.looked_at - look.zeros) / max(1.0, look.repeated)))
    p = max(ks_p(distance(q, count, cdf), count) for cdf in _fits(q))
    return Doubt(p=p, beyond_edge=_beyond_edge(look))


def ks_p(d: float, n: int) -> float:
    """Probability of a distance of at least `d` between `n` values and their distribution (Kolmogorov; Stephens)."""
    root = math.sqrt(n)
    scaled = (root + 0.12 + 0.11 / root) * d
    if scaled < 0.2:
        return 1.0
    terms = ((1.0 if k % 2 else -1.0) * math.exp(-2 * (k * scaled) ** 2) for k in range(1, 40))
    return min(1.0, max(0.0, 2 * math.fsum(terms)))


def distance(quantiles: Sequence[float], count: int, cdf: Callable[[float], float]) -> float:
    """Largest difference at the quantiles: at most 1/255 less than over all values, hence on the safe side."""
    last = len(quantiles) - 1
    ranks = ((round(i * (count - 1) / last) + 0.5) / count for i in range(last + 1))
    return max(abs(cdf(value) - rank) for value, rank in zip(quantiles, ranks, strict=True))


def _fits(q: Sequence[float]) -> Iterator[Callable[[float], float]]:
    low, high = q[0], q[-1]
    middle = [(a + b) / 2 for a, b in pairwise(q)]
    mean = sum(middle) / len(middle)
    spread = math.sqrt(sum((value - mean) ** 2 for value in middle) / len(middle))
    yield _uniform(low, high)
    # Rows that were normalised one by one have blurred ends: then the middle tells the width.
    tenth = len(q) // 10
    step = (q[-1 - tenth] - q[tenth]) / (len(q) - 1 - 2 * tenth)
    if step > 0:
        yield _uniform(q[tenth] - tenth * step, q[-1 - tenth] + tenth * step)
    # Moments suffer from a few large values, quartiles do not.
    quarter = len(q) // 4
    for centre, sigma in ((mean, spread), (q[len(q) // 2], (q[-1 - quarter] - q[quarter]) / IQR_OF_NORMAL)):
        if sigma > 0:
            yield _normal(centre, sigma)
    if spread > 0:
        for width in WIDTHS:
            yield _truncated(mean, width * spread, low, high)


def _uniform(low: float, high: float) -> Callable[[float], float]:
    return lambda value: min(1.0, max(0.0, (value - low) / (high - low)))


def _normal(centre: float, sigma: float) -> Callable[[float], float]:
    return lambda value: 0.5 * math.erfc((centre - value) / (sigma * math.sqrt(2)))


def _truncated(centre: float, sigma: float, low: float, high: float) -> Callable[[float], float]:
    whole = _normal(centre, sigma)
    start, share = whole(low), whole(high) - whole(low)
    return lambda value: (whole(value) - start) / share


def _has_a_step(q: Sequence[float]) -> bool:
    """Whether one value makes up a good part: pruned, padded or clipped by intent."""
    return any(q[i] == q[i + MOST_REPEATED - 1] for i in range(len(q) - MOST_REPEATED + 1))


def _is_table(q: Sequence[float]) -> bool:
    """Sines and cosines: they fill -1 to 1, and crowd at both ends."""
    crowded = sum(abs(value) > 0.95 for value in q)
    return q[0] >= -1.0001 and q[-1] <= 1.0001 and q[0] < -0.99 and q[-1] > 0.99 and crowded > 0.08 * len(q)


def _beyond_edge(look: Look) -> float | None:
    rows, columns = look.shape[0], math.prod(look.shape[1:])
    whole = look.repeated < 1.1 and look.zeros < 0.01 * look.looked_at
    if look.largest is None or not whole or min(rows, columns) < FEWEST_ROWS:
        return None
    edge = (math.sqrt(rows) + math.sqrt(columns)) ** 2
    spread = math.sqrt(edge) * math.pow(1 / math.sqrt(rows) + 1 / math.sqrt(columns), 1 / 3)
    return (look.largest - edge) / spread


def binomial_tail(hits: int, trials: int, chance: float) -> float:
    """Probability of at least so many hits; from above (Chernoff), so that nobody is suspected too early."""
    share = hits / trials
    if share <= chance or chance <= 0 or chance >= 1:
        return 1.0
    other = (1 - share) * math.log((1 - share) / (1 - chance)) if share < 1 else 0.0
    return math.exp(-trials * (share * math.log(share / chance) + other))
