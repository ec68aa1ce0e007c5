"""Turns what a sampler returned into uint8 images; knows arrays only."""

from __future__ import annotations

from typing import Any

import numpy as np

CHANNELS, SIZE = 3, 32
SLACK = 0.05
"""How far float images may leave their range before another range is assumed."""
DARKEST = 2 / 255
"""Images whose brightest value is less were divided by 255 once too often."""


def first_of(returned: Any) -> Any:
    """The images of what a sampler returned: the first of several things, a list of images as one array."""
    if isinstance(returned, dict):
        returned = next((value for value in returned.values() if getattr(value, "ndim", 0) == 4), None)
    if isinstance(returned, tuple) and returned and getattr(returned[0], "ndim", 0) == 4:
        return returned[0]
    if isinstance(returned, (tuple, list)) and returned and hasattr(returned[0], "detach"):
        return np.stack([plain_array(part) for part in returned])
    return returned


def as_images(batch: Any, *, whose: str = "generate_samples") -> Any:
    """One batch as a numpy array `(n, 3, 32, 32)`. Raises ValueError that says what came instead."""
    array = plain_array(first_of(batch))
    if array.ndim == 4 and array.shape[1] != CHANNELS and array.shape[-1] == CHANNELS:
        array = array.transpose(0, 3, 1, 2)
    if array.ndim == 4 and array.shape[1] == CHANNELS and array.shape[2:] != (SIZE, SIZE):
        height, width = array.shape[2:]
        raise ValueError(f"{whose} returned images of {height} by {width}; 32 by 32 is measured, nothing is resized")
    if array.ndim != 4 or array.shape[1:] != (CHANNELS, SIZE, SIZE):
        raise ValueError(f"{whose} returned shape {tuple(array.shape)}, expected (n, 3, 32, 32)")
    if array.dtype != np.uint8 and not np.issubdtype(array.dtype, np.floating):
        raise ValueError(f"{whose} returned {array.dtype}, expected uint8 or a float type")
    return array if array.dtype == np.uint8 else array.astype(np.float32)


def quantised(images: Any, *, whose: str = "generate_samples") -> tuple[Any, dict[str, Any]]:
    """All samples as uint8, with the range found, the mapping used and the share of values it clipped."""
    if images.dtype != np.uint8 and not np.isfinite(images).all():
        raise ValueError(f"{whose} returned values that are not finite")
    low, high = float(images.min()), float(images.max())
    said = {"range": [low, high], "clipped_share": 0.0, "mis_scaled": mis_scaled(low, high, images.dtype)}
    if images.dtype == np.uint8:
        return images, {**said, "mapping": "uint8 as returned"}
    first, span, words = mapping_of(low, high)
    scaled = (images - first) / span
    clipped = float(((scaled < 0) | (scaled > 1)).mean())
    pixels = np.rint(scaled.clip(0, 1) * 255).astype(np.uint8)
    return pixels, {**said, "mapping": words, "clipped_share": round(clipped, 6)}


def mapping_of(low: float, high: float) -> tuple[float, float, str]:
    """The value that becomes 0, the span that becomes 255, and both in words."""
    if low < -SLACK:
        return -1.0, 2.0, "[-1, 1] to [0, 255]"
    if high > 2.0:
        return 0.0, 255.0, "[0, 255] rounded"
    return 0.0, 1.0, "[0, 1] to [0, 255]"


def mis_scaled(low: float, high: float, dtype: Any) -> str:
    """Words when the range is that of no picture; empty text otherwise."""
    brightest = high / 255 if dtype == np.uint8 else high
    if low >= -SLACK and brightest <= DARKEST:
        return f"the brightest value is {high:.4g}: nearly black, as if divided by 255 once too often"
    if low < -SLACK and high <= 0.0:
        return f"no value is above {high:.4g}"
    return ""


def plain_array(batch: Any) -> Any:
    """A numpy array; half precision that numpy does not know becomes float32."""
    if not hasattr(batch, "detach"):
        return np.asarray(batch)
    tensor = batch.detach()
    return (tensor.float() if tensor.is_floating_point() else tensor).cpu().numpy()
