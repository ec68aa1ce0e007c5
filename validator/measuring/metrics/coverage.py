"""Coverage: the share of real images that have a sample in their neighbourhood.

Naeem et al. 2020 (arXiv:2002.09797), equation 9, with the neighbourhood of their code: nearer than (strictly) the k-th
nearest of the other real images. A model that draws from the same distribution does not cover everything: of the n
samples and m - 1 other real images, the k nearest of an image are all real with probability
prod_{i < k} (m - 1 - i) / (m - 1 + n - i), which is 2^-k for large n = m.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import MetricError
from validator.measuring.metrics.distances import Floats, squared_blocks

if TYPE_CHECKING:
    import torch

Float32 = npt.NDArray[np.float32]

DRAWS = 200


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A share and its standard error."""

    value: float
    standard_error: float


def neighbourhoods(reference: Floats, *, k: int, device: str = "cpu") -> Float32:
    """Squared distance float32 (m,) of each row of (m, d) to the k-th nearest other row."""
    if not 1 <= k < len(reference):
        raise MetricError(f"k: {k}, expected 1..{len(reference) - 1} (the other rows)")
    import torch

    best: dict[int, torch.Tensor] = {}
    for first, second, squared in squared_blocks(reference, reference, device=device):
        if first < second + squared.shape[1] and second < first + len(squared):
            # No row is its own neighbour.
            squared.diagonal(offset=first - second).fill_(math.inf)
        smallest = squared.topk(min(k, squared.shape[1]), dim=1, largest=False).values
        joined = torch.cat([best[first], smallest], dim=1) if first in best else smallest
        best[first] = joined.topk(min(k, joined.shape[1]), dim=1, largest=False).values
    kth = [block.max(dim=1).values.cpu().numpy() for _, block in sorted(best.items())]
    return np.concatenate(kth).astype(np.float32)


def coverage(generated: Floats, *, reference: Floats, squared_radii: Float32, device: str = "cpu") -> Estimate:
    """Share of the reference (m, d) with a sample of (n, d) nearer than its radius, for samples drawn anew.

    The standard error is the jackknife's (Efron and Stein 1981: on average not too small): leaving out a sample
    uncovers the images that it alone covers.
    """
    counts, only = np.zeros(len(reference), np.int64), np.zeros(len(reference), np.int64)
    for first, second, squared in squared_blocks(reference, generated, device=device):
        here = slice(first, first + len(squared))
        inside = squared < _radii(squared_radii[here], device)
        found = inside.sum(dim=1).cpu().numpy()
        alone = inside.int().argmax(dim=1).cpu().numpy() + second
        only[here] = np.where((counts[here] == 0) & (found == 1), alone, only[here])
        counts[here] += found
    alone_covered = np.bincount(only[counts == 1], minlength=len(generated)) / len(reference)
    count = len(generated)
    error = math.sqrt((count - 1) * float(alone_covered.var()))
    return Estimate(value=float((counts > 0).mean()), standard_error=error)


def coverage_of_draws(
    pool: Floats, *, count: int, reference: Floats, squared_radii: Float32, seed: int, device: str = "cpu"
) -> Estimate:
    """Mean and SD of the coverage by `count` rows drawn without replacement from a pool of real ones, 200 times."""
    if not 1 <= count <= len(pool):
        raise MetricError(f"count: {count}, expected 1..{len(pool)} (the pool)")
    covered, covering = [], []
    for first, second, squared in squared_blocks(reference, pool, device=device):
        inside = squared < _radii(squared_radii[first : first + len(squared)], device)
        rows, columns = (found.cpu().numpy() for found in inside.nonzero(as_tuple=True))
        covered.append(rows + first)
        covering.append(columns + second)
    image, member = np.concatenate(covered), np.concatenate(covering)
    rng = np.random.default_rng(seed)
    shares = []
    for _ in range(DRAWS):
        drawn = np.zeros(len(pool), dtype=bool)
        drawn[rng.choice(len(pool), count, replace=False)] = True
        seen = np.zeros(len(reference), dtype=bool)
        seen[image[drawn[member]]] = True
        shares.append(seen.mean())
    return Estimate(value=float(np.mean(shares)), standard_error=float(np.std(shares)))


def coverage_theory(*, k: int, reference: int, generated: int) -> float:
    """What samples from the same distribution cover on average: `reference` images, `generated` samples."""
    missed = 1.0
    for nearer in range(k):
        missed *= max(0, reference - 1 - nearer) / max(1, reference - 1 + generated - nearer)
    return 1 - missed


def _radii(squared_radii: Float32, device: str) -> torch.Tensor:
    import torch

    return torch.from_numpy(np.array(squared_radii)).to(device)[:, None]
