"""Cuts a grid of 32 by 32 pictures that somebody made by hand into its tiles, where its size says how. Arrays only."""

from __future__ import annotations

from typing import Any

SIDE = 32
MOST_PADDING = 8
FEWEST, MOST = 9, 1024


def tiles_of(picture: Any) -> tuple[Any, int] | None:
    """Tiles `(n, 3, 32, 32)` and their columns of a picture `(h, w, 3)`; None when no grid has its size.

    The smallest padding that fits, with a frame (as torchvision makes it) before none.
    """
    height, width = picture.shape[:2]
    for padding in range(MOST_PADDING + 1):
        for first in (padding, 0) if padding else (0,):
            cell = SIDE + padding
            rest = padding if first else -padding
            rows, below = divmod(height - rest, cell)
            columns, beside = divmod(width - rest, cell)
            if below == beside == 0 and rows > 0 and columns > 0 and FEWEST <= rows * columns <= MOST:
                return _cut(picture, rows, columns, first, cell), columns
    return None


def _cut(picture: Any, rows: int, columns: int, first: int, cell: int) -> Any:
    import numpy as np

    corners = [(first + row * cell, first + column * cell) for row in range(rows) for column in range(columns)]
    return np.stack([picture[top : top + SIDE, left : left + SIDE].transpose(2, 0, 1) for top, left in corners])
