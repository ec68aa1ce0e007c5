"""What every metric asks of its arrays, and how it says no."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Images = npt.NDArray[np.uint8]
"""(n, c, h, w)"""


class MetricError(ValueError):
    """An array is not what the metric takes; the message names it, what it is and what it should be."""


def check_features(name: str, features: Any) -> npt.NDArray[np.floating[Any]]:
    """Floating-point features (n, d) with n >= 2 and nothing infinite, or MetricError."""
    if not isinstance(features, np.ndarray) or not np.issubdtype(features.dtype, np.floating):
        raise MetricError(f"{name}: {_what(features)}, expected a floating-point array (n, d)")
    if features.ndim != 2 or features.shape[1] == 0:
        raise MetricError(f"{name}: shape {features.shape}, expected (n, d)")
    if len(features) < 2:
        raise MetricError(f"{name}: {len(features)} rows, a covariance needs at least 2")
    if not np.isfinite(features).all():
        raise MetricError(f"{name}: holds NaN or infinity")
    return features


def check_images(name: str, images: Any, *, channels: int | None = None) -> Images:
    """Images uint8 (n, c, h, w), n and every side at least 1, or MetricError."""
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8:
        raise MetricError(f"{name}: {_what(images)}, expected a uint8 array (n, c, h, w) of values 0..255")
    if images.ndim != 4 or 0 in images.shape or channels not in (None, images.shape[1]):
        wanted = "(n, c, h, w)" if channels is None else f"(n, {channels}, h, w)"
        raise MetricError(f"{name}: shape {images.shape}, expected {wanted}, none of them 0")
    return images


def _what(value: Any) -> str:
    return f"dtype {value.dtype}" if isinstance(value, np.ndarray) else type(value).__name__
