"""The exact k nearest of all: float32 products leave out what is certainly too far, whole numbers decide the rest.

|x - y|^2 = |x|^2 + |y|^2 - 2 x.y. The lengths are exact; the product x.y of whole numbers is exact in float32 too as
long as |x| |y| <= 2^24, since then every partial sum is a whole number of at most 2^24 (Cauchy-Schwarz), whatever the
order of summation. Beyond that its error is at most gamma |x| |y| (Higham 2002, equation 3.5). What cannot be left out
with that error in mind has its distance computed in whole numbers.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.integer_distances import (
    Bytes,
    Float64,
    Int64,
    centred,
    pair_distances,
    squared_lengths,
)

Float32 = npt.NDArray[np.float32]
Value = TypeVar("Value", np.int64, np.float32)
Products = Callable[[Float32, Float32], Float32]

ROWS_AT_ONCE = 4096
FIRST_REFERENCES = 1024
REFERENCES_AT_ONCE = 4096
WHOLE = 2.0**24
UNIT = 2.0**-24


def exhaustive_keys(
    queries: Bytes, reference: Bytes, k: int, *, lengths: Int64 | None = None, device: str = "cpu"
) -> Int64:
    """The k smallest keys int64 (n, k), sorted, of rows uint8 (n, d) against (m, d), by comparing all with all.

    A key is distance x m + index, so that order by key is order by distance, then by index. `lengths` are the
    `squared_lengths` of the reference, when they are known.
    """
    products = _products(device)
    lengths = squared_lengths(reference) if lengths is None else lengths
    best = np.empty((len(queries), k), dtype=np.int64)
    for first in range(0, len(queries), ROWS_AT_ONCE):
        some = slice(first, first + ROWS_AT_ONCE)
        best[some] = _row_keys(queries[some], reference, lengths, k, products)
    return best


def keys_of(squared: Int64, index: Int64, count: int) -> Int64:
    """Distance and index in one number."""
    return squared * count + index


def _row_keys(rows: Bytes, reference: Bytes, lengths: Int64, k: int, products: Products) -> Int64:
    query, index = _possible(rows, reference, lengths, k, products)
    keys = keys_of(pair_distances(rows, reference, query, index), index, len(reference))
    return _smallest(np.empty((len(rows), 0), dtype=np.int64), query, keys, k)


def _possible(rows: Bytes, reference: Bytes, lengths: Int64, k: int, products: Products) -> tuple[Int64, Int64]:
    """The pairs of row and reference that may be among the k nearest, by row."""
    slack = 2 * _slack(squared_lengths(rows), lengths, rows.shape[1])
    values = centred(rows)
    best = np.empty((len(rows), 0), dtype=np.float32)
    found: list[tuple[Int64, Int64, Float32]] = []
    for first, last in _blocks(len(reference), k):
        # (|x - y|^2 - |x|^2) / 2: what is left of the distance once the row's own length is left out.
        far = products(values, centred(reference[first:last]))
        np.subtract((lengths[first:last] / 2).astype(np.float32), far, out=far)
        kth = best[:, -1] if best.shape[1] else np.partition(far, k - 1, axis=1)[:, k - 1]
        # Flat, since few of the millions are near: numpy finds them faster that way.
        query, index = np.divmod(np.flatnonzero(far <= _up(kth, slack)[:, None]), last - first)
        value = far[query, index]
        found.append((query, index + first, value))
        best = _smallest(best, query, value, k)
    query, index, value = (np.concatenate(each) for each in zip(*found, strict=True))
    kept = value <= _up(best[:, -1], slack)[query]
    query, index = query[kept], index[kept]
    order = np.argsort(query, kind="stable")
    return query[order], index[order]


def _up(values: Float32, slack: Float64) -> Float32:
    """Their sum, rounded to no less than it is."""
    added: Float32 = np.nextafter((values + slack).astype(np.float32), np.float32(np.inf))
    return added


def _blocks(count: int, k: int) -> list[tuple[int, int]]:
    """A small first block says how near is near; it holds at least k."""
    edges = [0, min(count, max(k, FIRST_REFERENCES))]
    while edges[-1] < count:
        edges.append(min(count, edges[-1] + REFERENCES_AT_ONCE))
    return list(itertools.pairwise(edges))


def _slack(own: Int64, lengths: Int64, terms: int) -> Float64:
    """How far off half the float32 value may be, for each row (n,), against any reference."""
    longest = float(np.sqrt(lengths.max()))
    product = np.sqrt(own.astype(np.float64)) * longest
    gamma = terms * UNIT / (1 - terms * UNIT)
    error = np.where(product <= WHOLE, 0.0, gamma * product)
    # |y|^2 / 2 and the difference are rounded once each.
    slack: Float64 = error + 2 * UNIT * (product + longest**2)
    return slack


def _smallest(best: npt.NDArray[Value], query: Int64, values: npt.NDArray[Value], k: int) -> npt.NDArray[Value]:
    """The k smallest of each row, sorted, among those it had and the new ones; `query` is in ascending order."""
    counts = np.bincount(query, minlength=len(best))
    place = np.arange(len(query)) - np.repeat(np.cumsum(counts) - counts, counts)
    had = best.shape[1]
    most = np.inf if values.dtype.kind == "f" else np.iinfo(np.int64).max
    table = np.full((len(best), had + int(counts.max())), most, dtype=values.dtype)
    table[:, :had] = best
    table[query, had + place] = values
    table.sort(axis=1)
    return np.ascontiguousarray(table[:, :k])


def _products(device: str) -> Products:
    if device == "cpu":
        return lambda rows, others: rows @ others.T
    return _on_device(device)


def _on_device(device: str) -> Products:
    """The same products on an accelerator, in full float32."""
    import torch

    def products(rows: Float32, others: Float32) -> Float32:
        allowed = torch.backends.cuda.matmul.allow_tf32
        torch.backends.cuda.matmul.allow_tf32 = False
        try:
            left, right = (torch.from_numpy(each).to(device) for each in (rows, others))
            found: Float32 = (left @ right.T).cpu().numpy()
        finally:
            torch.backends.cuda.matmul.allow_tf32 = allowed
        return found

    return products
