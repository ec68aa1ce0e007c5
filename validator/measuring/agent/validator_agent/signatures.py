"""A few numbers of an image that stay the same under any affine map of a channel: what an image fed was, officially.

Outside, the same numbers of the official images are computed and compared. Knows images; nothing of networks.
"""

from __future__ import annotations

import functools
from typing import Any

SIDE = 28
"""Of the images that are compared; others are cropped or padded to it, and beside that resized to it."""
COLUMNS = 12
"""Numbers of one image, shared evenly by its channels."""
CHANNELS = (1, 2, 3, 4, 6)
SMALLEST, LARGEST = 8, 512
WAVES = 7
"""Cosines of 0 to 6 half periods: coarse enough to outlive a resize, fine enough to tell images apart."""
SEED = 20241
FLAT_CHANNELS = (3, 1)


def as_images(batch: Any) -> Any:
    """The batch as `(n, c, h, w)`; None when its shape is that of no images. Flat and channels-last ones are viewed."""
    shape = tuple(batch.shape)
    if batch.is_complex() or not shape or not shape[0]:
        return None
    if len(shape) == 2:
        for channels in FLAT_CHANNELS:
            side = round((shape[1] / channels) ** 0.5)
            if channels * side * side == shape[1] and side >= SIDE // 2:
                return batch.reshape(shape[0], channels, side, side)
        return None
    if len(shape) == 3 and shape[1] == shape[2]:
        return _sized(batch.unsqueeze(1))
    if len(shape) == 4 and shape[1] not in CHANNELS and shape[3] in FLAT_CHANNELS:
        return _sized(batch.permute(0, 3, 1, 2))
    return _sized(batch) if len(shape) == 4 and shape[1] in CHANNELS else None


def signatures(images: Any) -> Any:
    """Float32 `(n, 12)` of images `(n, c, 28, 28)`; of another size `(n, 24)`: cropped or padded, then resized.

    For each channel, `<r, x - mean(x)> / |x - mean(x)|` for fixed zero-sum `r`: an affine map of the channel, of this
    image or of all, leaves it as it is. A channel of one value has signatures of 0.
    """
    import torch

    with torch.autocast(images.device.type, enabled=False):
        values = images.detach().float()
        if tuple(values.shape[2:]) == (SIDE, SIDE):
            return _signatures(values)
        resized = torch.nn.functional.interpolate(values, (SIDE, SIDE), mode="bilinear", antialias=True)
        return torch.cat([_signatures(centred(values)), _signatures(resized)], 1)


def centred(values: Any) -> Any:
    """The middle `(n, c, 28, 28)`; what a smaller image lacks is filled with the value of its corner."""
    top, left = max(values.shape[2] - SIDE, 0) // 2, max(values.shape[3] - SIDE, 0) // 2
    inner = values[:, :, top : top + SIDE, left : left + SIDE]
    if tuple(inner.shape[2:]) == (SIDE, SIDE):
        return inner
    whole = values[:, :, :1, :1].expand(-1, -1, SIDE, SIDE).clone()
    top, left = (SIDE - inner.shape[2]) // 2, (SIDE - inner.shape[3]) // 2
    whole[:, :, top : top + inner.shape[2], left : left + inner.shape[3]] = inner
    return whole


def _sized(images: Any) -> Any:
    return images if all(SMALLEST <= side <= LARGEST for side in images.shape[2:]) else None


def _signatures(values: Any) -> Any:
    import torch

    count, channels = values.shape[:2]
    flat = values.flatten(2)
    flat = flat - flat.mean(2, keepdim=True)
    norms = flat.norm(dim=2)
    each = COLUMNS // channels
    kernel = torch.from_numpy(projections()).to(flat.device).reshape(channels, each, -1)
    found = torch.einsum("ncp,ckp->nck", flat, kernel) / norms.clamp(min=1e-12)[..., None]
    # What is left of a constant channel after taking its mean is rounding.
    scale = values.flatten(2).abs().amax(2)
    return (found * (norms > 1e-4 * scale)[..., None]).reshape(count, COLUMNS)


@functools.cache
def projections() -> Any:
    """Float32 `(12, 784)`: mixtures of coarse cosines with fixed random weights, each of sum 0 and norm 28."""
    import numpy as np

    waves = np.cos(np.pi * np.arange(WAVES)[:, None] * (np.arange(SIDE) + 0.5) / SIDE)
    weights = np.random.RandomState(SEED).standard_normal((COLUMNS, WAVES, WAVES))
    weights[:, 0, 0] = 0
    kernels = np.einsum("kuv,ui,vj->kij", weights, waves, waves).reshape(COLUMNS, -1)
    kernels -= kernels.mean(1, keepdims=True)
    kernels *= SIDE / np.linalg.norm(kernels, axis=1, keepdims=True)
    return kernels.astype(np.float32)
