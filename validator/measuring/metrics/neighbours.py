"""Exact nearest neighbours of images by squared pixel distance: FAISS proposes, whole numbers decide.

FAISS (Douze et al. 2024, arXiv:2401.08281) computes |x|^2 + |y|^2 - 2 x.y in float32, so that byte-identical images
can come back hundreds apart. Here it only proposes candidates, on pixels minus 128. The candidates' distances are
recomputed in integers, and a bound on the float32 error (Higham 2002, equation 3.5) proves for each row that nothing
outside them can be nearer; rows where it cannot are searched exhaustively. Without FAISS all rows are.

The exhaustive search is exact too: products of whole numbers below 2^8 sum to less than 2^53 in float64.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import Images, MetricError, check_images

Int64 = npt.NDArray[np.int64]
Float32 = npt.NDArray[np.float32]

EXTRA_CANDIDATES = 8
ROWS_AT_ONCE = 1024
REFERENCES_AT_ONCE = 4096
RERANKED_AT_ONCE = 128


def nearest_neighbours(*, generated: Images, reference: Images, k: int) -> tuple[Int64, Int64]:
    """Exact squared distances int64 (n, k) and indices int64 (n, k) into `reference`, nearest first.

    Takes uint8 (n, c, h, w) and (m, c, h, w), k <= m. Of equal distances the lower index comes first.
    """
    check_images("generated", generated)
    check_images("reference", reference)
    if generated.shape[1:] != reference.shape[1:]:
        raise MetricError(f"generated: images {generated.shape[1:]}, the reference has {reference.shape[1:]}")
    if not 1 <= k <= len(reference):
        raise MetricError(f"k: {k}, expected 1..{len(reference)} (the size of the reference)")
    # A collapsed model repeats itself: each distinct image is searched once.
    distinct, position = _distinct_rows(generated.reshape(len(generated), -1))
    keys = _nearest_keys(distinct, reference.reshape(len(reference), -1), k)
    distances, indices = np.divmod(keys, len(reference))
    return distances[position], indices[position]


def exhaustive_keys(queries: npt.NDArray[np.uint8], reference: npt.NDArray[np.uint8], k: int) -> Int64:
    """The k smallest keys (n, k), sorted, of rows (n, d) against (m, d), by comparing all with all."""
    best = np.empty((len(queries), k), dtype=np.int64)
    for first in range(0, len(queries), ROWS_AT_ONCE):
        rows = queries[first : first + ROWS_AT_ONCE].astype(np.float64) - 128
        best[first : first + ROWS_AT_ONCE] = _block_keys(rows, reference, k)
    return best


def _block_keys(rows: npt.NDArray[np.float64], reference: npt.NDArray[np.uint8], k: int) -> Int64:
    best = np.empty((len(rows), 0), dtype=np.int64)
    for first in range(0, len(reference), REFERENCES_AT_ONCE):
        others = reference[first : first + REFERENCES_AT_ONCE].astype(np.float64) - 128
        squared = np.square(rows).sum(axis=1)[:, None] + np.square(others).sum(axis=1) - 2 * (rows @ others.T)
        indices = np.arange(first, first + len(others))
        best = np.concatenate([best, _keys(squared.astype(np.int64), indices, len(reference))], axis=1)
        if best.shape[1] > k:
            best = np.partition(best, k - 1, axis=1)[:, :k]
    best.sort(axis=1)
    return best


def _keys(squared: Int64, indices: Int64, count: int) -> Int64:
    """Distance and index in one number, so that order by key is order by distance, then by index."""
    return squared * count + indices


def _nearest_keys(queries: npt.NDArray[np.uint8], reference: npt.NDArray[np.uint8], k: int) -> Int64:
    candidates = min(len(reference), k + EXTRA_CANDIDATES)
    proposed = _proposed(queries, reference, candidates)
    if proposed is None:
        return exhaustive_keys(queries, reference, k)
    approximate, indices = proposed
    keys = np.sort(_keys(_exact_distances(queries, reference, indices), indices, len(reference)), axis=1)[:, :k]
    if candidates < len(reference):
        doubtful = ~_proven(queries, reference, farthest=approximate[:, -1], kth=keys[:, -1] // len(reference))
        keys[doubtful] = exhaustive_keys(queries[doubtful], reference, k)
    return keys


def _proposed(
    queries: npt.NDArray[np.uint8], reference: npt.NDArray[np.uint8], candidates: int
) -> tuple[Float32, Int64] | None:
    """FAISS's approximate distances and indices (n, candidates); None when FAISS is not installed or gives none."""
    try:
        import faiss
    except ImportError:
        return None
    approximate, indices = faiss.knn(_centred(queries), _centred(reference), candidates)
    return (approximate, indices) if (indices >= 0).all() else None


def _proven(
    queries: npt.NDArray[np.uint8], reference: npt.NDArray[np.uint8], *, farthest: Float32, kth: Int64
) -> npt.NDArray[np.bool_]:
    """Whether every reference image outside the candidates is certainly farther than the k-th candidate.

    Whatever the order of summation, float32 gives |x|^2 + |y|^2 - 2 x.y within gamma (|x| + |y|)^2 of its value, with
    gamma = s u / (1 - s u), u = 2^-24, and s a little more than the number of terms.
    """
    terms = (queries.shape[1] + 8) * 2.0**-24
    longest = _lengths(reference).max()
    error = terms / (1 - terms) * np.square(_lengths(queries) + longest)
    proven: npt.NDArray[np.bool_] = kth < farthest.astype(np.float64) - error
    return proven


def _lengths(rows: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    lengths = np.empty(len(rows))
    for first in range(0, len(rows), REFERENCES_AT_ONCE):
        block = rows[first : first + REFERENCES_AT_ONCE].astype(np.int64) - 128
        lengths[first : first + REFERENCES_AT_ONCE] = np.sqrt(np.square(block).sum(axis=1))
    return lengths


def _exact_distances(queries: npt.NDArray[np.uint8], reference: npt.NDArray[np.uint8], indices: Int64) -> Int64:
    distances = np.empty(indices.shape, dtype=np.int64)
    for first in range(0, len(queries), RERANKED_AT_ONCE):
        block = slice(first, first + RERANKED_AT_ONCE)
        difference = reference[indices[block]].astype(np.float32) - queries[block, None, :]
        # Squares of whole numbers below 2^8 are exact in float32, their sum in float64.
        distances[block] = np.square(difference, out=difference).sum(axis=2, dtype=np.float64)
    return distances


def _centred(rows: npt.NDArray[np.uint8]) -> Float32:
    centred: Float32 = rows.astype(np.float32)
    centred -= 128
    return centred


def _distinct_rows(rows: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.uint8], Int64]:
    """The distinct rows in order of appearance, and for each row the position of its own."""
    seen: dict[bytes, int] = {}
    position = np.array([seen.setdefault(row.tobytes(), len(seen)) for row in rows], dtype=np.int64)
    first = np.unique(position, return_index=True)[1]
    return rows[first], position
