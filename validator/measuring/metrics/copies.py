"""Which samples are copies of reference images: byte-exact (also mirrored), or nearer than held-out images come."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import Images, MetricError, check_images

TWIN_RATIO = 0.5
"""A held-out image whose nearest neighbour is less than half as far as its neighbours are on average has a twin in
the reference (the calibrated distance of Carlini et al. 2023, arXiv:2301.13188, section 4.2). About a tenth of
CIFAR-100's test images have one (Barz and Denzler 2020, arXiv:1902.00423): they must not set the threshold."""


def flipped(images: Images) -> Images:
    """The images (n, c, h, w) mirrored left to right."""
    return np.ascontiguousarray(images[..., ::-1])


def exact_copies(*, generated: Images, reference: Images) -> npt.NDArray[np.int64]:
    """For each sample the lowest index of an identical reference image, as it is or mirrored; -1 when there is none."""
    check_images("generated", generated)
    check_images("reference", reference)
    known: dict[bytes, int] = {}
    for index, image in enumerate(reference):
        known.setdefault(_digest(image), index)
    straight = [known.get(_digest(image), -1) for image in generated]
    mirrored = [known.get(_digest(image), -1) for image in flipped(generated)]
    return np.array([_lowest(*pair) for pair in zip(straight, mirrored, strict=True)], dtype=np.int64)


def nearness(squared_distances: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Nearest distance over the mean distance of all k neighbours, float64 (n,): 0 for a copy, towards 1 for none.

    Takes squared distances (n, k), nearest first, k >= 2. Blur and low contrast bring an image nearer to all of its
    neighbours alike and leave the ratio as it is.
    """
    if squared_distances.ndim != 2 or squared_distances.shape[1] < 2:
        raise MetricError(f"squared_distances: shape {squared_distances.shape}, expected (n, k) with k at least 2")
    distances = np.sqrt(squared_distances.astype(np.float64))
    mean = distances.mean(axis=1)
    ratio: npt.NDArray[np.float64] = np.divide(distances[:, 0], mean, out=np.zeros_like(mean), where=mean > 0)
    return ratio


def near_copy_threshold(held_out: npt.NDArray[np.float64], *, quantile: float = 0.001) -> float:
    """The nearness below which all but this quantile of held-out images without a twin never come."""
    clean = held_out[held_out >= TWIN_RATIO]
    if not len(clean):
        return TWIN_RATIO
    return float(np.quantile(clean, quantile, method="lower"))


def _digest(image: Images) -> bytes:
    return hashlib.blake2b(image.tobytes(), digest_size=16).digest()


def _lowest(straight: int, mirrored: int) -> int:
    found = [index for index in (straight, mirrored) if index >= 0]
    return min(found, default=-1)
