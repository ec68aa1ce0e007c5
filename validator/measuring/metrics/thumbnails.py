"""Images averaged over squares: what is left of them when neither fine detail, nor blur, nor noise counts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import Images, MetricError, check_images

SIDE = 8
IMAGES_AT_ONCE = 4096


def thumbnails(images: Images) -> npt.NDArray[np.float32]:
    """Means of equal squares, float32 (n, c, 8, 8), of images uint8 (n, c, h, w) whose sides are multiples of 8."""
    check_images("images", images)
    count, channels, height, width = images.shape
    if height % SIDE or width % SIDE:
        raise MetricError(f"images: shape {images.shape}, expected sides that are multiples of {SIDE}")
    small = np.empty((count, channels, SIDE, SIDE), dtype=np.float32)
    for first in range(0, count, IMAGES_AT_ONCE):
        block = images[first : first + IMAGES_AT_ONCE]
        squares = block.reshape(len(block), channels, SIDE, height // SIDE, SIDE, width // SIDE)
        small[first : first + IMAGES_AT_ONCE] = squares.mean(axis=(3, 5), dtype=np.float32)
    return small
