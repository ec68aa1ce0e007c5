"""Squared distances between rows of bytes, exact: the numbers that decide. Knows no search."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]

COLUMNS_AT_ONCE = 256
"""256 squares of at most 255^2 sum to less than 2^24: every partial sum is a whole number that float32 holds."""
PAIRS_AT_ONCE = 256
ROWS_AT_ONCE = 4096
CENTRE = 128


def pair_distances(queries: Bytes, reference: Bytes, query: Int64, index: Int64) -> Int64:
    """Exact |queries[query] - reference[index]|^2, int64 (p,), of rows uint8 (n, d) and (m, d), for p pairs."""
    squared = np.empty(len(query), dtype=np.int64)
    for first in range(0, len(query), PAIRS_AT_ONCE):
        some = slice(first, first + PAIRS_AT_ONCE)
        difference = reference[index[some]].astype(np.float32)
        difference -= queries[query[some]]
        squared[some] = _squares(difference)
    return squared


def _squares(difference: npt.NDArray[np.float32]) -> Float64:
    total = np.zeros(len(difference))
    for first in range(0, difference.shape[1], COLUMNS_AT_ONCE):
        part = difference[:, first : first + COLUMNS_AT_ONCE]
        total += np.einsum("ij,ij->i", part, part)
    return total


def squared_lengths(rows: Bytes) -> Int64:
    """Exact squared lengths int64 (n,) of rows uint8 (n, d) minus 128."""
    lengths = np.empty(len(rows), dtype=np.int64)
    for first in range(0, len(rows), ROWS_AT_ONCE):
        some = slice(first, first + ROWS_AT_ONCE)
        lengths[some] = _squares(centred(rows[some]))
    return lengths


def centred(rows: Bytes) -> npt.NDArray[np.float32]:
    """Rows minus 128 in float32: shorter rows round less."""
    values: npt.NDArray[np.float32] = rows.astype(np.float32)
    values -= CENTRE
    return values
