"""Near duplicates within a batch: pairs of images more alike than pairs of real images in batches of that size come.

Counting repeats in a batch is the birthday paradox test of Arora and Zhang (2017, arXiv:1706.08224): s samples of a
model that can draw N images hold s (s - 1) / (2 N) pairs. What counts as a repeat is set here by real images.

Two images are compared as 8 x 8 thumbnails without their mean colour, as they are and with one of them mirrored: the
squared distance over the sum of the squared lengths, 0 for copies, 1 for images that have nothing in common. The
quotient does not change with contrast, and thumbnails hardly change with blur and noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import Images, MetricError
from validator.measuring.metrics.thumbnails import thumbnails

Float32 = npt.NDArray[np.float32]

FLAT = 1.0
"""Grey levels (root mean square) below which a thumbnail is one colour: flat images are copies of each other."""
BATCHES_AT_ONCE = 50
RARE = 0.05
"""Share of batches of real images that hold a pair as alike as a near duplicate."""


@dataclass(frozen=True, kw_only=True)
class PairNull:
    """Below which distance a pair is a near duplicate, and how many of them a batch of real images holds on average."""

    threshold: float
    expected: float


def pair_distances(images: Images) -> Float32:
    """Distances float32 (n (n - 1) / 2,) of all pairs of a batch uint8 (n, c, h, w), in the order of `triu_indices`."""
    if len(images) < 2:
        raise MetricError(f"images: {len(images)}, a pair needs 2")
    return np.asarray(_distances(_rows(thumbnails(images))[None])[0])


def pair_null(held_out: Images, *, batch: int, seed: int, batches: int) -> PairNull:
    """What random batches of real images (n, c, h, w) give: one in twenty of them holds a pair below the threshold."""
    if not 2 <= batch <= len(held_out):
        raise MetricError(f"batch: {batch}, expected 2..{len(held_out)} (the held-out images)")
    rows = _rows(thumbnails(held_out))
    rng = np.random.default_rng(seed)
    found = []
    for first in range(0, batches, BATCHES_AT_ONCE):
        wanted = min(BATCHES_AT_ONCE, batches - first)
        chosen = [rng.choice(len(rows), batch, replace=False) for _ in range(wanted)]
        found.append(_distances(rows[np.array(chosen)]))
    distances = np.concatenate(found)
    threshold = float(np.quantile(distances.min(axis=1), RARE, method="higher"))
    return PairNull(threshold=threshold, expected=float((distances < threshold).sum(axis=1).mean()))


def _rows(small: Float32) -> Float32:
    """Thumbnails (n, c, 8, 8) without the mean of each channel."""
    centred: Float32 = small - small.mean(axis=(2, 3), keepdims=True)
    return centred


def _distances(batches: Float32) -> Float32:
    """Distances (b, pairs) within each batch (b, n, c, 8, 8): |x - y|^2 / (|x|^2 + |y|^2), y mirrored or not."""
    straight = batches.reshape(*batches.shape[:2], -1)
    mirrored = batches[..., ::-1].reshape(straight.shape)
    likeness = np.maximum(straight @ straight.transpose(0, 2, 1), straight @ mirrored.transpose(0, 2, 1))
    squared = np.square(straight).sum(axis=2)
    first, second = np.triu_indices(batches.shape[1], k=1)
    together = squared[:, first] + squared[:, second]
    distances = 1 - 2 * likeness[:, first, second] / np.maximum(together, 1e-6)
    flat = squared < FLAT**2 * straight.shape[2]
    both_flat = flat[:, first] & flat[:, second]
    return np.asarray(np.where(both_flat, 0, np.maximum(distances, 0)), dtype=np.float32)
