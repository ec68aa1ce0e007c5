"""Nearest neighbours of features: FAISS or float32 products propose, float64 decides.

Features are compared by direction, sqrt(2 - 2 cos) between them: blur, contrast and noise lengthen and shorten
Inception's features, and a copy so disguised should still lie near its source. The lists of duplicates in CIFAR were
found with the same distance (Barz and Denzler 2020, arXiv:1902.00423, section 3).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics import faiss_search
from validator.measuring.metrics.checks import MetricError

Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]

EXTRA_CANDIDATES = 8
WORTH_FAISS = 20_000_000_000
"""Products below which FAISS is not loaded."""
CHECKED_ROWS = 16
ROUNDING = 1e-3
"""Of the distance of equal directions, by float32 products."""
ROWS_AT_ONCE = 256
RERANKED_AT_ONCE = 128


def nearest_features(*, generated: Float32, reference: Float32, k: int, device: str = "cpu") -> tuple[Float64, Int64]:
    """Distances of directions float64 (n, k), 0..2, and indices int64 (n, k) into `reference`, nearest first.

    Takes floating-point features (n, d) and (m, d), k <= m. Of equal distances the lower index comes first. Among
    k + 8 candidates found in float32; equal features are at distance 0.
    """
    own, others = _directions("generated", generated), _directions("reference", reference)
    if own.shape[1] != others.shape[1]:
        raise MetricError(f"generated: features of {own.shape[1]} numbers, the reference has {others.shape[1]}")
    if not 1 <= k <= len(others):
        raise MetricError(f"k: {k}, expected 1..{len(others)} (the size of the reference)")
    index = _candidates(own, others, min(len(others), k + EXTRA_CANDIDATES), device=device)
    distance = _distances(own, others, index)
    # By distance, then by index.
    order = np.lexsort((index, distance), axis=1)[:, :k]
    return np.take_along_axis(distance, order, axis=1), np.take_along_axis(index, order, axis=1)


def _directions(name: str, features: Any) -> Float32:
    if not isinstance(features, np.ndarray) or not np.issubdtype(features.dtype, np.floating) or features.ndim != 2:
        raise MetricError(f"{name}: expected a floating-point array (n, d)")
    if not features.size or not np.isfinite(features).all():
        raise MetricError(f"{name}: empty, or holds NaN or infinity")
    lengths = np.sqrt(np.einsum("ij,ij->i", features, features, dtype=np.float64))
    directions: Float32 = (features / np.maximum(lengths, np.finfo(np.float32).tiny)[:, None]).astype(np.float32)
    return directions


def _candidates(own: Float32, others: Float32, count: int, *, device: str) -> Int64:
    """The `count` nearest in float32, in any order: by FAISS where it pays and is right on a few rows."""
    if device == "cpu" and len(own) * others.size < WORTH_FAISS:
        return _by_products(own, others, count, device=device)
    proposed = faiss_search.proposals(own, others, count, device=device)
    few = np.unique(np.linspace(0, len(own) - 1, min(len(own), CHECKED_ROWS)).astype(np.int64))
    if proposed is not None:
        index = proposed[1]
        nearest = _distances(own[few], others, _by_products(own[few], others, 1, device="cpu"))[:, 0]
        if (_distances(own[few], others, index[few]).min(axis=1) <= nearest + ROUNDING).all():
            return index
    return _by_products(own, others, count, device=device)


def _by_products(own: Float32, others: Float32, count: int, *, device: str) -> Int64:
    if device != "cpu":
        return _on_device(own, others, count, device=device)
    index = np.empty((len(own), count), dtype=np.int64)
    for first in range(0, len(own), ROWS_AT_ONCE):
        cosines = own[first : first + ROWS_AT_ONCE] @ others.T
        index[first : first + ROWS_AT_ONCE] = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
    return index


def _on_device(own: Float32, others: Float32, count: int, *, device: str) -> Int64:
    import torch

    reference = torch.from_numpy(others).to(device).T
    allowed = torch.backends.cuda.matmul.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = False
    try:
        blocks = [
            (torch.from_numpy(own[first : first + ROWS_AT_ONCE]).to(device) @ reference).topk(count).indices.cpu()
            for first in range(0, len(own), ROWS_AT_ONCE)
        ]
    finally:
        torch.backends.cuda.matmul.allow_tf32 = allowed
    index: Int64 = torch.cat(blocks).numpy()
    return index


def _distances(own: Float32, others: Float32, index: Int64) -> Float64:
    distance = np.empty(index.shape)
    for first in range(0, len(own), RERANKED_AT_ONCE):
        some = slice(first, first + RERANKED_AT_ONCE)
        difference = others[index[some]].astype(np.float64) - own[some, None]
        distance[some] = np.sqrt(np.einsum("ijk,ijk->ij", difference, difference))
    return distance
