"""Turns what `generate_samples` returned into uint8 images; knows arrays only."""

from __future__ import annotations

from typing import Any

import numpy as np

CHANNELS, SIZE = 3, 32
SLACK = 0.05
"""How far float images may leave their range before another range is assumed."""


def as_images(batch: Any) -> Any:
    """One batch as a numpy array `(n, 3, 32, 32)`. Raises ValueError that says what came instead."""
    array = batch.detach().cpu().numpy() if hasattr(batch, "detach") else np.asarray(batch)
    if array.ndim == 4 and array.shape[1] != CHANNELS and array.shape[-1] == CHANNELS:
        array = array.transpose(0, 3, 1, 2)
    if array.ndim != 4 or array.shape[1:] != (CHANNELS, SIZE, SIZE):
        raise ValueError(f"generate_samples returned shape {tuple(array.shape)}, expected (n, 3, 32, 32)")
    if array.dtype != np.uint8 and not np.issubdtype(array.dtype, np.floating):
        raise ValueError(f"generate_samples returned {array.dtype}, expected uint8 or a float type")
    return array if array.dtype == np.uint8 else array.astype(np.float32)


def quantised(images: Any) -> tuple[Any, dict[str, Any]]:
    """All samples as uint8, with the range found, the mapping used and the share of values it clipped."""
    low, high = float(images.min()), float(images.max())
    said = {"range": [low, high], "clipped_share": 0.0}
    if images.dtype == np.uint8:
        return images, {**said, "mapping": "uint8 as returned"}
    if not np.isfinite(images).all():
        raise ValueError("generate_samples returned values that are not finite")
    if low < -SLACK:
        first, span, words = -1.0, 2.0, "[-1, 1] to [0, 255]"
    elif high > 2.0:
        first, span, words = 0.0, 255.0, "[0, 255] rounded"
    else:
        first, span, words = 0.0, 1.0, "[0, 1] to [0, 255]"
    scaled = (images - first) / span
    clipped = float(((scaled < 0) | (scaled > 1)).mean())
    pixels = np.rint(scaled.clip(0, 1) * 255).astype(np.uint8)
    return pixels, {**said, "mapping": words, "clipped_share": round(clipped, 6)}
