"""Two pictures of the samples: the first of them in a grid, and those nearest to a training image beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from validator.measuring.probes.run_scratch import remove
from validator.measuring.probes.samples_copies import Neighbours

GRID_SIDE = 8
PAIRS = 8
ZOOM = 3
GAP_PIXELS = 2

Images = npt.NDArray[np.uint8]


def draw_grid(images: Images, *, into: Path) -> Path:
    """Write the first 64 samples, 8 by 8 in reading order, as `samples.png`; pixels are enlarged, not smoothed."""
    from PIL import Image

    side = images.shape[2] * ZOOM + GAP_PIXELS
    canvas = np.full((GRID_SIDE * side - GAP_PIXELS, GRID_SIDE * side - GAP_PIXELS, 3), 255, dtype=np.uint8)
    for number, image in enumerate(images[: GRID_SIDE**2]):
        top, left = number // GRID_SIDE * side, number % GRID_SIDE * side
        tile = image.transpose(1, 2, 0).repeat(ZOOM, axis=0).repeat(ZOOM, axis=1)
        canvas[top : top + tile.shape[0], left : left + tile.shape[1]] = tile
    path = _fresh(into / "samples.png")
    Image.fromarray(canvas).save(path, format="PNG", optimize=True)
    return path


def worst_pairs(neighbours: Neighbours) -> npt.NDArray[np.int64]:
    """The samples nearest to a training image in proportion to its neighbours, nearest first; ties by number."""
    return np.lexsort((neighbours.squared, neighbours.nearness))[:PAIRS]


def draw_pairs(images: Images, *, train: Images, neighbours: Neighbours, into: Path) -> Path:
    """Write the eight worst pairs as `neighbours.png`: sample above, its nearest training image below, d^2 exact."""
    from matplotlib.figure import Figure

    worst = worst_pairs(neighbours)
    figure = Figure(figsize=(1.15 * PAIRS, 3.1), dpi=110, layout="constrained")
    axes = figure.subplots(2, PAIRS, squeeze=False)
    for axis in axes.flat:
        axis.set_axis_off()
    for column, number in enumerate(worst):
        nearest = train[neighbours.index[number]]
        mirrored = bool(neighbours.mirrored[number])
        shown = nearest[..., ::-1] if mirrored else nearest
        axes[0, column].imshow(images[number].transpose(1, 2, 0))
        axes[0, column].set_title(f"sample {number}", fontsize=7)
        axes[1, column].imshow(shown.transpose(1, 2, 0))
        words = f"train {neighbours.index[number]}{', mirrored' if mirrored else ''}\nd² {neighbours.squared[number]:,}"
        axes[1, column].set_title(words, fontsize=7)
    path = _fresh(into / "neighbours.png")
    figure.savefig(path, format="png")
    return path


def _fresh(path: Path) -> Path:
    """A link left there by somebody else is replaced, not written through."""
    path.parent.mkdir(parents=True, exist_ok=True)
    remove(path)
    return path
