"""The picture of the samples: the first of them in a grid."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from validator.measuring.probes.removal import remove

GRID_SIDE = 8
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
    path = fresh(into / "samples.png")
    Image.fromarray(canvas).save(path, format="PNG", optimize=True)
    return path


def fresh(path: Path) -> Path:
    """A link left there by somebody else is replaced, not written through."""
    path.parent.mkdir(parents=True, exist_ok=True)
    remove(path)
    return path
