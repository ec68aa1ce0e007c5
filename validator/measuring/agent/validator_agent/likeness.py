"""Tells images of the data set from others, whatever their layout, scale of values or mirroring. Arrays only.

Each image becomes 3 x 8 x 8 mean values, every channel with mean 0 and length 1: an affine map of a channel's values
changes nothing. Two images are the same when the mean of the three cosines is above 0.998.
"""

from __future__ import annotations

from typing import Any

import numpy as np

CELLS = 8
SAME = 0.998
ROWS = 24
CHUNK = 5000


class Likeness:
    """Descriptors `(n, 192)` float32 of the data set's images uint8 `(n, 3, 32, 32)`."""

    def __init__(self, images: Any) -> None:
        parts = [descriptors(images[first : first + CHUNK]) for first in range(0, len(images), CHUNK)]
        self._known = np.concatenate(parts)

    def __len__(self) -> int:
        return len(self._known)

    def holds(self, array: Any) -> bool:
        """Whether at least half of some rows of this array are images of the data set."""
        for rows in _layouts(array):
            found = self._among(descriptors(rows)) | self._among(descriptors(rows[..., ::-1]))
            if found.mean() >= 0.5:
                return True
        return False

    def _among(self, wanted: Any) -> Any:
        found: Any = (wanted @ self._known.T).max(axis=1) > SAME
        return found


def descriptors(images: Any) -> Any:
    """float32 `(n, 192)` of images `(n, 3, s, s)` with s a multiple of 8; a flat channel is all zeros."""
    count, side = len(images), images.shape[2] // CELLS
    values = np.asarray(images, dtype=np.float32)
    cells = values.reshape(count, 3, CELLS, side, CELLS, side).mean(axis=(3, 5)).reshape(count, 3, CELLS * CELLS)
    cells -= cells.mean(axis=2, keepdims=True)
    length = np.linalg.norm(cells, axis=2, keepdims=True)
    return (cells / np.where(length > 0, length, 1) / np.sqrt(3)).reshape(count, -1).astype(np.float32)


def may_hold_images(shape: tuple[int, ...]) -> bool:
    """Whether an array of this shape could be images: three channels and a side of 8, 16, 32, ..., or rows of 3,072."""
    if len(shape) in (1, 2):
        return shape[-1] == 3072
    if len(shape) not in (3, 4, 5):
        return False
    first, second, third = shape[-3:]
    return (first == 3 and second == third and second % CELLS == 0 and second > 0) or (
        third == 3 and first == second and first % CELLS == 0 and first > 0
    )


def _layouts(array: Any) -> list[Any]:
    """Some rows of the array as images `(k, 3, s, s)`, in each way they can be read."""
    shape = array.shape
    if len(shape) in (1, 2):
        rows = _some(array.reshape(-1, 3072))
        return [rows.reshape(-1, 3, 32, 32), rows.reshape(-1, 32, 32, 3).transpose(0, 3, 1, 2)]
    rows = _some(array.reshape(-1, *shape[-3:]))
    if shape[-1] == 3 and shape[-3] != 3:
        rows = rows.transpose(0, 3, 1, 2)
    return [rows]


def _some(rows: Any) -> Any:
    """Up to 24 rows, evenly chosen."""
    return np.asarray(rows[:: max(1, len(rows) // ROWS)][:ROWS], dtype=np.float32)
