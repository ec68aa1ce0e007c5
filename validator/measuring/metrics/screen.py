"""A lower bound of the distance of two images that is a distance itself, in fewer dimensions: what FAISS searches.

Images are projected on m functions of an orthonormal Walsh-Hadamard basis (colours: sum, red - blue, and green against
both); what is left of an image outside them counts by its length alone. By the triangle inequality

    |x - y|^2 = |P x - P y|^2 + |Q x - Q y|^2 >= |P x - P y|^2 + (|Q x| - |Q y|)^2,

the squared distance of vectors of m + 1 numbers (the partial distances of Chan and Fu 1999 for wavelets, with the rest
kept as one number). Photographs have nearly all of their energy in a few hundred slow functions; noise has not.
Sums of bytes with signs are whole numbers below 2^24: float32 projects without error, and only scaling rounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.integer_distances import Bytes, Float64, Int64

Float32 = npt.NDArray[np.float32]

RANKS = (127, 255, 383, 511, 767)
"""How many functions may be used; one more number is what is left."""
ENOUGH_ENERGY = 0.97
LEAST_ENERGY = 0.85
"""With less in them, the bounds of noise and the like are too low to leave anything out."""
SAMPLED = 512
ROWS_AT_ONCE = 4096
LEAST_REST = 64.0
"""A shorter rest is taken for this long, which keeps the bound a bound, and its rounding error small."""


@dataclass(frozen=True, kw_only=True)
class Screen:
    """The functions with values -2..2, (d, m), and the factor (m,) that makes each of length one."""

    functions: Float32
    factors: Float64
    energy: float
    """Share of the variance of the reference that they hold."""

    def vectors(self, rows: Bytes, lengths: Int64) -> Float32:
        """Vectors float32 (n, m + 1) whose distances are at most those of the rows uint8 (n, d) of these lengths."""
        found = np.empty((len(rows), len(self.factors) + 1), dtype=np.float32)
        for first in range(0, len(rows), ROWS_AT_ONCE):
            some = slice(first, first + ROWS_AT_ONCE)
            values = rows[some].astype(np.float32)
            values -= 128
            exact = (values @ self.functions).astype(np.float64) * self.factors
            rest = lengths[some] - np.square(exact).sum(axis=1)
            found[some, :-1] = exact
            found[some, -1] = np.sqrt(np.maximum(rest, LEAST_REST**2))
        return found


def screen_for(reference: Bytes, *, shape: tuple[int, ...]) -> Screen | None:
    """The functions that hold most of the variance of the reference, rows of images `shape`.

    None when so few do not, or for odd sides.
    """
    basis = _basis(shape)
    if basis is None:
        return None
    functions, factors = basis
    some = reference[:: max(1, len(reference) // SAMPLED)].astype(np.float32) - 128
    variance = (some @ functions).astype(np.float64).var(axis=0) * np.square(factors)
    order = np.argsort(-variance, kind="stable")
    total = max(float(variance.sum()), 1e-9)
    held = np.cumsum(variance[order]) / total
    ranks = [rank for rank in RANKS if rank < len(order)]
    if not ranks:
        return None
    rank = next((rank for rank in ranks if held[rank - 1] >= ENOUGH_ENERGY), ranks[-1])
    if held[rank - 1] < LEAST_ENERGY:
        return None
    chosen = order[:rank]
    return Screen(
        functions=np.ascontiguousarray(functions[:, chosen]),
        factors=factors[chosen],
        energy=float(held[rank - 1]),
    )


def _basis(shape: tuple[int, ...]) -> tuple[Float32, Float64] | None:
    """All functions (d, d) and their factors; None unless there are three channels and sides are powers of two."""
    channels, height, width = shape
    if channels != 3 or any(side & (side - 1) for side in (height, width)):
        return None
    colours = np.array([[1, 1, 1], [1, 0, -1], [1, -2, 1]], dtype=np.float32)
    functions = np.kron(colours, np.kron(_walsh(height), _walsh(width))).T
    lengths = np.sqrt(np.repeat([3.0, 2.0, 6.0], height * width) * height * width)
    return np.ascontiguousarray(functions), 1 / lengths


def _walsh(side: int) -> Float32:
    matrix = np.ones((1, 1), dtype=np.float32)
    while len(matrix) < side:
        matrix = np.kron(np.array([[1, 1], [1, -1]], dtype=np.float32), matrix)
    return matrix
