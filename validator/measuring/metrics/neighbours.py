"""Exact nearest neighbours of images by squared pixel distance: FAISS proposes, whole numbers decide.

FAISS (Douze et al. 2024, arXiv:2401.08281) computes |x|^2 + |y|^2 - 2 x.y in float32, so that byte-identical images
can come back hundreds apart. Here it only proposes candidates, and searches for them in a few hundred dimensions where
distances are lower bounds (`screen.py`), which costs a fraction of a search among pixels. The candidates' distances
are computed in whole numbers. A row is answered when its k-th distance is below the bound of the last candidate:
nothing outside can be nearer. All other rows, and everything without FAISS, are searched exhaustively and exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics import faiss_search
from validator.measuring.metrics.checks import Images, MetricError, check_images
from validator.measuring.metrics.exhaustive import exhaustive_keys, keys_of
from validator.measuring.metrics.integer_distances import Bytes, Float64, Int64, pair_distances, squared_lengths
from validator.measuring.metrics.screen import Screen, screen_for

Float32 = npt.NDArray[np.float32]

WORTH_SCREENING = 2_000_000_000
"""Products of pixels below which comparing all with all is done before FAISS is loaded."""
CANDIDATES = 96
FIRST_LOOK = 16
TRIAL_ROWS = 64
WORTH_GOING_ON = 0.5
CHECKED_ROWS = 16


def nearest_neighbours(*, generated: Images, reference: Images, k: int, device: str = "cpu") -> tuple[Int64, Int64]:
    """Exact squared distances int64 (n, k) and indices int64 (n, k) into `reference`, nearest first.

    Takes uint8 (n, c, h, w) and (m, c, h, w), k <= m. Of equal distances the lower index comes first.
    """
    return SearchedImages(reference=reference, device=device).nearest(generated=generated, k=k)


@dataclass(frozen=True, kw_only=True)
class SearchedImages:
    """A reference uint8 (m, c, h, w) prepared once for several searches."""

    reference: Images
    device: str = "cpu"

    def __post_init__(self) -> None:
        """Raise MetricError when these are no images."""
        check_images("reference", self.reference)

    def nearest(self, *, generated: Images, k: int) -> tuple[Int64, Int64]:
        """As `nearest_neighbours`."""
        check_images("generated", generated)
        if generated.shape[1:] != self.reference.shape[1:]:
            raise MetricError(f"generated: images {generated.shape[1:]}, the reference has {self.reference.shape[1:]}")
        if not 1 <= k <= len(self.reference):
            raise MetricError(f"k: {k}, expected 1..{len(self.reference)} (the size of the reference)")
        # A collapsed model repeats itself: each distinct image is searched once.
        distinct, position = _distinct_rows(generated.reshape(len(generated), -1))
        distances, indices = np.divmod(self._keys(distinct, k), len(self.reference))
        return distances[position], indices[position]

    @cached_property
    def _rows(self) -> Bytes:
        return np.ascontiguousarray(self.reference.reshape(len(self.reference), -1))

    @cached_property
    def _screened_reference(self) -> tuple[Screen, Float32] | None:
        screen = screen_for(self._rows, shape=self.reference.shape[1:])
        return None if screen is None else (screen, screen.vectors(self._rows, self._lengths))

    @cached_property
    def _lengths(self) -> Int64:
        return squared_lengths(self._rows)

    def _all(self, queries: Bytes, k: int) -> Int64:
        return exhaustive_keys(queries, self._rows, k, lengths=self._lengths, device=self.device)

    def _keys(self, queries: Bytes, k: int) -> Int64:
        if len(queries) * self._rows.size < WORTH_SCREENING or len(self._rows) <= 2 * CANDIDATES or k > FIRST_LOOK:
            return self._all(queries, k)
        trial = _spread(len(queries), TRIAL_ROWS)
        tried = self._proposed(queries[trial], k)
        if tried is None or tried.answered.mean() < WORTH_GOING_ON:
            return self._all(queries, k)
        checked = _spread(len(trial), CHECKED_ROWS)
        believed = tried.answered[checked]
        if (self._all(queries[trial][checked], k)[believed] != tried.keys[checked][believed]).any():
            return self._all(queries, k)
        found = self._proposed(queries, k)
        if found is None:
            return self._all(queries, k)
        left = ~found.answered
        if left.any():
            found.keys[left] = self._all(queries[left], k)
        return found.keys

    def _proposed(self, queries: Bytes, k: int) -> _Proposed | None:
        """What FAISS's candidates give; None when there is no such search."""
        prepared = self._screened_reference
        if prepared is None:
            return None
        screen, vectors = prepared
        own = screen.vectors(queries, squared_lengths(queries))
        found = faiss_search.proposals(own, vectors, CANDIDATES, device=self.device)
        if found is None:
            return None
        bounds, index = found
        least = bounds - _bound_error(own, vectors)[:, None]
        keys = _candidate_keys(queries, self._rows, index=index, least=least, k=k)
        return _Proposed(keys=keys, answered=keys[:, -1] // len(self._rows) < least[:, -1])


@dataclass(frozen=True, kw_only=True)
class _Proposed:
    keys: Int64
    """The k best of the candidates (n, k)."""
    answered: npt.NDArray[np.bool_]
    """Whether nothing else can be as near."""


def _candidate_keys(queries: Bytes, reference: Bytes, *, index: Int64, least: Float64, k: int) -> Int64:
    """The k smallest keys among the candidates (n, c); those whose bound is too far are not looked at."""
    keys = np.full(index.shape, np.iinfo(np.int64).max, dtype=np.int64)
    wanted = np.zeros(index.shape, dtype=np.bool_)
    wanted[:, :FIRST_LOOK] = True
    _fill(keys, wanted, queries, reference, index)
    kth = np.partition(keys[:, :FIRST_LOOK], k - 1, axis=1)[:, k - 1] // len(reference)
    wanted = least <= kth[:, None]
    wanted[:, :FIRST_LOOK] = False
    _fill(keys, wanted, queries, reference, index)
    return np.sort(keys, axis=1)[:, :k]


def _fill(keys: Int64, wanted: npt.NDArray[np.bool_], queries: Bytes, reference: Bytes, index: Int64) -> None:
    query, place = np.nonzero(wanted)
    chosen = index[query, place]
    keys[query, place] = keys_of(pair_distances(queries, reference, query, chosen), chosen, len(reference))


def _bound_error(own: Float32, vectors: Float32) -> Float64:
    """What float32 may add to the squared distance of vectors (n, m), whatever the order of summation: gamma
    (|x| + |y|)^2 (Higham 2002, equation 3.5), a few units for their own rounding included."""
    terms = (own.shape[1] + 16) * 2.0**-24
    longest = np.sqrt(np.einsum("ij,ij->i", vectors, vectors).max())
    lengths = np.sqrt(np.einsum("ij,ij->i", own, own)).astype(np.float64)
    error: Float64 = terms / (1 - terms) * np.square(lengths + longest)
    return error


def _spread(count: int, wanted: int) -> Int64:
    """At most `wanted` places over the whole range."""
    return np.unique(np.linspace(0, count - 1, min(count, wanted)).astype(np.int64))


def _distinct_rows(rows: Bytes) -> tuple[Bytes, Int64]:
    """The distinct rows in order of appearance, and for each row the position of its own."""
    seen: dict[bytes, int] = {}
    position = np.array([seen.setdefault(row.tobytes(), len(seen)) for row in rows], dtype=np.int64)
    first = np.unique(position, return_index=True)[1]
    return rows[first], position
