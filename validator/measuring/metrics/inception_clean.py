"""Features by the protocol of clean-fid: another resize and range, the same network and weights.

Parmar, Zhang and Zhu 2022, arXiv:2104.11222, section 3: bicubic with antialiasing as Pillow does it on float32, each
channel by itself, values outside 0..255 cut off and not rounded again; then (x - 128) / 128. On images of 32 x 32 this
moves the FID by one to six (their table for CIFAR-10), so that distances of the two protocols are never compared.

Pillow's resize is linear and separable. Its kernel is that of Keys 1981, equation 4, with a = -1/2, stretched by the
scale where an image shrinks; weights of pixels outside the image are left out and the rest made to sum to 1. As two
matrix products in float64, rounded to float32 after each as Pillow does, it gives the same pixels and runs on any
device.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import Images
from validator.measuring.metrics.inception import SIDE, features_of

if TYPE_CHECKING:
    import torch

KEYS_A = -0.5
REACH = 2
"""The kernel is 0 from there on, in pixels of the coarser grid."""


def clean_inception_features(
    images: Images, *, weights: Path | str, batch_size: int = 25, device: str = "cpu"
) -> npt.NDArray[np.float32]:
    """Features float32 (n, 2048) of images uint8 (n, 3, h, w), as `inception_features` but by clean-fid's protocol."""
    return features_of(images, prepared=_prepared, weights=weights, batch_size=batch_size, device=device)


def bicubic_matrix(size: int, *, resized: int) -> npt.NDArray[np.float64]:
    """The weights (resized, size) of Pillow's bicubic resize along one side."""
    scale = size / resized
    stretch = max(1.0, scale)
    centre = (np.arange(resized) + 0.5) * scale
    nearest, last = np.trunc(centre - REACH * stretch + 0.5), np.trunc(centre + REACH * stretch + 0.5)
    pixel = np.arange(size)
    inside = (pixel >= nearest[:, None]) & (pixel < last[:, None])
    weights = np.where(inside, _keys((pixel + 0.5 - centre[:, None]) / stretch), 0.0)
    matrix: npt.NDArray[np.float64] = weights / weights.sum(axis=1, keepdims=True)
    return matrix


def _keys(distance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    x = np.abs(distance)
    near = (KEYS_A + 2) * x**3 - (KEYS_A + 3) * x**2 + 1
    far = KEYS_A * (x**3 - 5 * x**2 + 8 * x - 4)
    kernel: npt.NDArray[np.float64] = np.where(x < 1, near, np.where(x < REACH, far, 0.0))
    return kernel


def clean_resized(batch: torch.Tensor) -> torch.Tensor:
    """uint8 (n, 3, h, w) to float32 (n, 3, 299, 299) in 0..255."""
    import torch

    height, width = batch.shape[-2:]
    down = torch.from_numpy(bicubic_matrix(height, resized=SIDE)).to(batch.device)
    across = torch.from_numpy(bicubic_matrix(width, resized=SIDE)).to(batch.device)
    # Rows first, as Pillow: float32 between the passes.
    rows = (batch.to(torch.float64) @ across.T).to(torch.float32)
    return (down @ rows.to(torch.float64)).to(torch.float32).clamp(0, 255)


def _prepared(batch: torch.Tensor) -> torch.Tensor:
    import torch

    return ((clean_resized(batch) - 128) / 128).contiguous(memory_format=torch.channels_last)
