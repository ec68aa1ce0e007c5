"""How varied the samples are, and whether they lie nearer to the training images than to the test images."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import Images, MetricError, check_images


@dataclass(frozen=True, kw_only=True)
class Share:
    """Share of samples whose nearest image is a training image; what chance alone gives, and its standard error."""

    value: float
    expected: float
    standard_error: float


def duplicates(generated: Images) -> int:
    """How many samples repeat an earlier sample byte for byte."""
    check_images("generated", generated)
    return len(generated) - len({image.tobytes() for image in generated})


def nearest_to_train_share(nearest: npt.NDArray[np.int64], *, train_count: int, test_count: int) -> Share:
    """Of nearest indices (n,) into the training images followed by the test images, the share below `train_count`.

    A model that learned the distribution cannot tell the two sets apart, so n_train / (n_train + n_test) is expected
    (the holdout share of Platzer and Reutterer 2021, for images). The standard error is that of relabelling the pool,
    sampling n_train of its N labels without replacement: samples that share a nearest image count as one, so that a
    collapsed model is not called significant.
    """
    pool = train_count + test_count
    if nearest.ndim != 1 or not len(nearest) or nearest.min() < 0 or nearest.max() >= pool:
        raise MetricError(f"nearest: expected indices (n,) in 0..{pool - 1}")
    expected = train_count / pool
    count = len(nearest)
    chosen = np.bincount(nearest, minlength=pool).astype(np.float64)
    spread = float(np.square(chosen).sum()) - count**2 / pool
    variance = expected * (1 - expected) * pool / max(1, pool - 1) * spread / count**2
    share = float((nearest < train_count).mean())
    return Share(value=share, expected=expected, standard_error=math.sqrt(max(0.0, variance)))
