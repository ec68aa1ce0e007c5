"""Euclidean distances between many features, a block at a time, so that ten thousand by fifty thousand fit.

float32 on the processor or on a GPU (without TF32): rows are centred first, which keeps |x|^2 + |y|^2 - 2 x.y from
losing its digits. Good for counting who lies in whose neighbourhood; not for claiming that two images are the same.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import MetricError, check_features

if TYPE_CHECKING:
    import torch

Floats = npt.NDArray[np.floating]
Float32 = npt.NDArray[np.float32]

ROWS_AT_ONCE = 1024
COLUMNS_AT_ONCE = 8192


def squared_blocks(rows: Floats, columns: Floats, *, device: str = "cpu") -> Iterator[tuple[int, int, torch.Tensor]]:
    """`(first row, first column, squared distances)` of (n, d) against (m, d): all columns of a row before the next."""
    import torch

    check_features("rows", rows)
    check_features("columns", columns)
    if rows.shape[1] != columns.shape[1]:
        raise MetricError(f"rows: {rows.shape[1]} features, the columns have {columns.shape[1]}")
    centre = columns.mean(axis=0, dtype=np.float64).astype(np.float32)
    for first in range(0, len(rows), ROWS_AT_ONCE):
        here = _on(rows[first : first + ROWS_AT_ONCE], centre, device)
        lengths = here.square().sum(dim=1, keepdim=True)
        for second in range(0, len(columns), COLUMNS_AT_ONCE):
            there = _on(columns[second : second + COLUMNS_AT_ONCE], centre, device)
            with _full_float32():
                squared = torch.addmm(lengths + there.square().sum(dim=1), here, there.T, alpha=-2)
            yield first, second, squared.clamp_(min=0)


def nearest_distances(rows: Floats, columns: Floats, *, device: str = "cpu") -> Float32:
    """Distance float32 (n,) of each row to the nearest column."""
    nearest = np.full(len(rows), np.inf, dtype=np.float32)
    for first, _, squared in squared_blocks(rows, columns, device=device):
        here = nearest[first : first + len(squared)]
        np.minimum(here, squared.min(dim=1).values.sqrt().cpu().numpy(), out=here)
    return nearest


@contextlib.contextmanager
def _full_float32() -> Iterator[None]:
    """Some containers switch TF32 on for all products: 10 bits of mantissa, too few for a difference of squares."""
    import torch

    allowed = torch.backends.cuda.matmul.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = False
    try:
        yield
    finally:
        torch.backends.cuda.matmul.allow_tf32 = allowed


def _on(block: Floats, centre: Float32, device: str) -> torch.Tensor:
    import torch

    return torch.from_numpy(np.ascontiguousarray(block.astype(np.float32) - centre)).to(device)
