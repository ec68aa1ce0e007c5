"""Models that learned next to nothing, as images: what a FID is to be compared with from above."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Images = npt.NDArray[np.uint8]

BLUR_PIXELS = 2.0
"""Standard deviation of the blur: shapes are left, textures are not."""


def gaussian_in_pixel_space(train: Images, *, count: int, seed: int) -> Images:
    """Images uint8 (count, c, h, w) drawn from one Gaussian with the training pixels' mean and covariance.

    What a model knows that has learned nothing but the first two moments.
    """
    rng = np.random.default_rng(seed)
    pixels = train.reshape(len(train), -1).astype(np.float32)
    mean = pixels.mean(axis=0, dtype=np.float64)
    pixels -= mean.astype(np.float32)
    factor = _factor(pixels)
    drawn = rng.normal(size=(count, factor.shape[1])) @ factor.T + mean
    return _pixels(drawn).reshape(count, *train.shape[1:])


def _factor(centred: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """F (d, r) with F F' the covariance of centred rows (n, d)."""
    count, width = centred.shape
    if count <= width:
        of_data: npt.NDArray[np.float64] = centred.T.astype(np.float64) / np.sqrt(max(1, count - 1))
        return of_data
    eigenvalues, vectors = np.linalg.eigh((centred.T @ centred / (count - 1)).astype(np.float64))
    factor: npt.NDArray[np.float64] = vectors * np.sqrt(np.clip(eigenvalues, 0, None))
    return factor


def blurred(images: Images, *, sd: float = BLUR_PIXELS) -> Images:
    """Images uint8 (n, c, h, w) under a Gaussian blur; weights outside the image are left out, the rest sum to 1.

    What a model gives whose samples have the right content and no detail.
    """
    down, across = _blur_matrix(images.shape[2], sd), _blur_matrix(images.shape[3], sd)
    return np.concatenate([_pixels(down @ part @ across.T) for part in np.array_split(images, -(-len(images) // 1024))])


def _blur_matrix(size: int, sd: float) -> npt.NDArray[np.float64]:
    """(size, size) weights along one side."""
    place = np.arange(size)
    weights = np.exp(-np.square(place - place[:, None]) / (2 * sd**2))
    matrix: npt.NDArray[np.float64] = weights / weights.sum(axis=1, keepdims=True)
    return matrix


def _pixels(values: npt.NDArray[np.float64]) -> Images:
    pixels: Images = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return pixels
