"""Recognises images by a few numbers that outlive an affine map of each channel, a resize and a frame.

The same numbers are taken inside the student's process of what a network was fed, by the agent's own `signatures.py`,
which stands alone: the two must agree, and a test compares them.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import MetricError

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

SIDE, COLUMNS, WAVES, SEED = 28, 12, 7, 20241
CHUNK = 4096
FARTHEST = 0.9
"""Distance beyond which nothing is the same. Measured on MNIST-like images of three digits: the nearest of 20,000 lies
at 1.0 at least and mostly at 2.5; resizing bilinearly and back moves an image by 0.3 to 0.8."""
ROUNDING = 0.05
"""Distance that rounding to bytes or half precision moves an image at most."""
CLEARLY = 0.5
"""The nearest image must be nearer than this share of the distance to the second nearest."""
ASKED = 600
LUMA = (0.2989, 0.587, 0.114)
"""ITU-R BT.601, as image libraries weigh colours."""


def image_signatures(images: npt.NDArray[Any]) -> Floats:
    """Float32 (n, 12) of images (n, c, 28, 28), c dividing 12: `<r, x - mean(x)> / |x - mean(x)|` for each channel."""
    if images.ndim != 4 or images.shape[2:] != (SIDE, SIDE) or COLUMNS % max(1, images.shape[1]):
        raise MetricError(f"images: shape {images.shape}, expected (n, c, {SIDE}, {SIDE}), c dividing {COLUMNS}")
    count, channels = images.shape[:2]
    kernels = projections().reshape(channels, -1, SIDE * SIDE)
    found = np.zeros((count, COLUMNS), np.float32)
    for first in range(0, count, CHUNK):
        values = np.asarray(images[first : first + CHUNK], dtype=np.float32).reshape(-1, channels, SIDE * SIDE)
        centred = values - values.mean(2, keepdims=True)
        norms = np.linalg.norm(centred, axis=2)
        part = np.einsum("ncp,ckp->nck", centred, kernels, optimize=True) / np.maximum(norms, 1e-12)[..., None]
        # What is left of a constant channel after taking its mean is rounding.
        part *= (norms > 1e-4 * np.abs(values).max(2))[..., None]
        found[first : first + CHUNK] = part.reshape(-1, COLUMNS)
    return found


def centred(images: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The middle (n, c, 28, 28) of images of that size or a larger one: what the agent compares of larger ones."""
    top, left = ((side - SIDE) // 2 for side in images.shape[2:])
    return images[:, :, top : top + SIDE, left : left + SIDE] if top > 0 or left > 0 else images


@functools.cache
def projections() -> Floats:
    """Float32 (12, 784): mixtures of coarse cosines with fixed random weights, each of sum 0 and norm 28."""
    waves = np.cos(np.pi * np.arange(WAVES)[:, None] * (np.arange(SIDE) + 0.5) / SIDE)
    weights = np.random.RandomState(SEED).standard_normal((COLUMNS, WAVES, WAVES))
    weights[:, 0, 0] = 0
    kernels = np.einsum("kuv,ui,vj->kij", weights, waves, waves).reshape(COLUMNS, -1)
    kernels -= kernels.mean(1, keepdims=True)
    kernels *= SIDE / np.linalg.norm(kernels, axis=1, keepdims=True)
    found: Floats = kernels.astype(np.float32)
    return found


def arranged(images: npt.NDArray[Any], name: str) -> npt.NDArray[Any]:
    """Images (n, 3, 28, 28) as a student may have arranged their channels; `name` is one of `arrangements`."""
    if name == "channels reversed":
        return images[:, ::-1]
    if name == "channels last, flattened":
        return np.ascontiguousarray(images.transpose(0, 2, 3, 1)).reshape(images.shape)
    if name == "mean of the channels":
        return np.asarray(images.mean(axis=1, dtype=np.float32, keepdims=True))
    if name == "luma":
        weighed: npt.NDArray[Any] = np.tensordot(images, np.array(LUMA, np.float32), axes=(1, 0))
        return np.expand_dims(weighed, 1)
    if name.startswith("channel "):
        return images[:, [int(name[-1])]]
    return images


def arrangements(shape: tuple[int, ...]) -> tuple[str, ...]:
    """What may have been done to the channels of images fed in this shape (the batch aside), likeliest first."""
    grey = ("mean of the channels", "luma", "channel 0", "channel 1", "channel 2")
    colour = ("as they are", "channels reversed")
    if len(shape) == 1:
        return (*colour, "channels last, flattened") if math.isqrt(shape[0] // 3) ** 2 * 3 == shape[0] else grey
    if len(shape) == 2:
        return grey
    return colour if 3 in (shape[0], shape[-1]) else grey if 1 in (shape[0], shape[-1]) else ()


def recognised(signatures: Floats, official: Iterable[tuple[str, Floats]]) -> tuple[Integers, str]:
    """Index of the official image that each row of signatures (n, 12 or 24) belongs to, -1 where none clearly does.

    `official` gives, for each arrangement, the signatures (m, 12) of distinct images; it is asked for as few as needed.
    The arrangement, and the half of the columns where there are two (cropped, resized), are those that recognise most
    of a sample of the rows. Second: the words for them.
    """
    parts = [signatures[:, first : first + COLUMNS] for first in range(0, signatures.shape[1], COLUMNS)]
    words = [""] if len(parts) == 1 else ["cropped or framed", "resized"]
    # An image turned from black to white has the opposite signature.
    halves = [
        *zip(parts, words, strict=True),
        *((-part, f"{said} inverted".strip()) for part, said in zip(parts, words, strict=True)),
    ]
    sample: Integers = np.unique(np.linspace(0, len(signatures) - 1, min(len(signatures), ASKED)).astype(np.int64))
    best: tuple[int, str, Floats, Any] | None = None
    for name, known in official:
        tree = _tree(known)
        for half, said in halves:
            hits = int((_nearest(tree, half[sample]) >= 0).sum()) if len(sample) else 0
            if best is None or hits > best[0]:
                best = (hits, ", ".join(part for part in (name, said) if part), half, tree)
        if best is not None and best[0] * 10 >= 9 * len(sample):
            break
    if best is None or not best[0]:
        return np.full(len(signatures), -1, np.int64), ""
    return _nearest(best[3], best[2]), best[1]


def _tree(known: Floats) -> Any:
    from scipy.spatial import cKDTree

    return cKDTree(known)


def _nearest(tree: Any, signatures: Floats) -> Integers:
    finite = np.isfinite(signatures).all(1)
    # A row of nothing but noughts is a batch that was not signed.
    asked = finite & (signatures != 0).any(1)
    found = np.full(len(signatures), -1, np.int64)
    if not asked.any():
        return found
    rows = np.flatnonzero(asked)
    for bound in (2 * ROUNDING, 2 * FARTHEST):  # what was only rescaled is found at once; what was resized takes longer
        distances, indices = tree.query(signatures[rows].astype(np.float64), k=2, distance_upper_bound=bound)
        near = (distances[:, 0] <= bound / 2) & (distances[:, 0] <= CLEARLY * distances[:, 1])
        found[rows[near]] = indices[near, 0]
        rows = rows[distances[:, 0] > bound / 2]
        if not len(rows):
            break
    return found
