"""Vendi score of a batch: the effective number of different images in it.

Friedman and Dieng 2022 (arXiv:2210.02410), definition 3.1: exp of the entropy of the eigenvalues of K / n, here with
the cosine of Inception features as K, as in their section 5. Between 1 (all alike) and n (nothing in common). It grows
with n and depends on the kernel, so that it says something only beside batches of real images of the same size.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import MetricError, check_features

Floats = npt.NDArray[np.floating]
Float64 = npt.NDArray[np.float64]

BATCHES_AT_ONCE = 50


def vendi_score(features: Floats) -> float:
    """Of features (n, d), a number in 1..n."""
    return float(_scores(_directions(features)[None])[0])


def vendi_null(features: Floats, *, batch: int, seed: int, batches: int) -> Float64:
    """Scores float64 (batches,), sorted, of random batches drawn without replacement from features (n, d)."""
    rows = _directions(features)
    if not 2 <= batch <= len(rows):
        raise MetricError(f"batch: {batch}, expected 2..{len(rows)} (the held-out images)")
    rng = np.random.default_rng(seed)
    scores = []
    for first in range(0, batches, BATCHES_AT_ONCE):
        wanted = min(BATCHES_AT_ONCE, batches - first)
        chosen = np.array([rng.choice(len(rows), batch, replace=False) for _ in range(wanted)])
        scores.append(_scores(rows[chosen]))
    return np.sort(np.concatenate(scores))


def percentile_in(sorted_null: Float64, value: float) -> float:
    """Percentage of the null below a value; of ties half."""
    below = np.searchsorted(sorted_null, value, side="left") + np.searchsorted(sorted_null, value, side="right")
    return float(below) * 50 / len(sorted_null)


def _directions(features: Floats) -> npt.NDArray[np.float32]:
    """Rows of length 1."""
    check_features("features", features)
    lengths = np.linalg.norm(features.astype(np.float64), axis=1)
    if not lengths.all():
        raise MetricError("features: a row of zeros has no direction")
    rows: npt.NDArray[np.float32] = (features / lengths[:, None]).astype(np.float32)
    return rows


def _scores(batches: npt.NDArray[np.float32]) -> Float64:
    """Scores (b,) of unit rows (b, n, d). By torch: many small products in a row keep numpy's threads spinning."""
    import torch

    rows = torch.from_numpy(batches)
    kernel = torch.bmm(rows, rows.transpose(1, 2)).double()
    eigenvalues = np.clip(torch.linalg.eigvalsh(kernel / batches.shape[1]).numpy(), 0, None)
    logarithms = np.log(eigenvalues, out=np.zeros_like(eigenvalues), where=eigenvalues > 0)
    scores: Float64 = np.exp(-(eigenvalues * logarithms).sum(axis=1))
    return scores
