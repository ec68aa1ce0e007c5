"""Interpolation strips among images that were shown: rows (or columns) of cells that change gradually.

Neighbouring cells of a strip are nearer to each other than cells of the batch are on average; in a grid of samples
they are as far apart. (Interpolation grids of student reports: 0.21 to 0.30; grids of samples: 0.90 to 1.06.)
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import Images, check_images

Float64 = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

GRADUAL = 0.6
"""Mean distance of neighbours over that of all cells, below which cells change gradually."""
APART = 1.5
"""From one strip to the next it is at least so many times as far as from cell to cell: else it is one long strip."""
CERTAIN = 1.2
"""How much better another length of rows must fit than the one that was declared."""
FEWEST_STEPS, MOST_STEPS = 3, 64
LONG = 5
"""Rows that nobody declared are not looked for below this length: short ones are alike by chance."""


def gradual_strips(images: Images, *, columns: int) -> Images | None:
    """The strips uint8 (strips, steps, c, h, w) of images (n, c, h, w) shown row by row; None when there are none.

    Looks at rows of `columns` cells as they were shown, at the columns, and at rows of any other length that divides n
    (a grid whose width was left as it was). The best one has the jumps between its strips and none inside them: most of
    the variance of the distances from cell to cell lies between the two (Otsu 1979, equation 14).
    """
    check_images("images", images)
    apart = _distances(images)
    best: tuple[float, Indices] | None = None
    for number, strips in enumerate(_arrangements(len(images), columns)):
        fit = _fit(apart, strips) * (CERTAIN if number == 0 else 1)
        if fit > 0 and (best is None or fit > best[0]):
            best = fit, strips
    if best is None and FEWEST_STEPS <= len(images) <= MOST_STEPS and _is_one_strip(apart):
        best = 1.0, np.arange(len(images))[None]
    return None if best is None else images[best[1]]


def _arrangements(count: int, columns: int) -> list[Indices]:
    """Indices (strips, steps) of two strips or more, the declared one first."""
    cells = np.arange(count)
    grid = cells.reshape(-1, columns) if columns > 0 and count % columns == 0 else cells[None]
    widths = [width for width in range(LONG, count // 2 + 1) if count % width == 0 and width != columns]
    every = [grid, grid.T, *(cells.reshape(-1, width) for width in widths)]
    return [each for each in every if len(each) > 1 and FEWEST_STEPS <= each.shape[1] <= MOST_STEPS]


def _fit(apart: Float64, strips: Indices) -> float:
    """Variance between the steps inside strips and those from one to the next; 0 for what are no strips."""
    order = strips.ravel()
    steps = apart[order[:-1], order[1:]]
    overall = apart.sum() / (apart.size - len(apart))
    between = np.arange(1, len(order)) % strips.shape[1] == 0
    inside, jumps = steps[~between].mean(), steps[between]
    # A strip may begin with the image that the one before ended with: that is a change of strip too.
    jump = np.where(jumps == 0, overall, jumps).mean()
    if overall <= 0 or inside >= GRADUAL * overall or jump < APART * inside:
        return 0.0
    shares = between.mean()
    return float(shares * (1 - shares) * np.square(jump - inside))


def _is_one_strip(apart: Float64) -> bool:
    """Whether neighbours are nearer than cells of the first and of the last half are to each other."""
    half = len(apart) // 2
    across = apart[:half, -half:].mean()
    return bool(across > 0 and np.diagonal(apart, offset=1).mean() < GRADUAL * across)


def _distances(images: Images) -> Float64:
    rows = images.reshape(len(images), -1).astype(np.float64) - 128
    lengths = np.square(rows).sum(axis=1)
    # Products of whole numbers are exact, so that equal images are 0 apart.
    distances: Float64 = np.sqrt(np.clip(lengths[:, None] + lengths - 2 * rows @ rows.T, 0, None))
    return distances
