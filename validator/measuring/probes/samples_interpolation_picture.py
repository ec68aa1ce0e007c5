"""Interpolation strips as one picture, the numbers of each pair below it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from validator.measuring.probes.removal import remove

SHOWN = 16
GAP_PIXELS = 2
INCHES_AN_IMAGE = 0.55


def draw_strips(strips: npt.NDArray[np.uint8], *, below: list[str], into: Path) -> Path:
    """Write `interpolations.png` of uint8 (pairs, steps, 3, 32, 32); of long strips 16 images, evenly chosen."""
    from matplotlib.figure import Figure

    chosen = np.unique(np.linspace(0, strips.shape[1] - 1, min(SHOWN, strips.shape[1])).round().astype(int))
    width = max(5.0, INCHES_AN_IMAGE * len(chosen))
    figure = Figure(figsize=(width, (INCHES_AN_IMAGE + 0.3) * len(strips)), dpi=110)
    figure.subplots_adjust(left=0.01, right=0.99, top=0.99, bottom=0.3 / (len(strips) + 1), hspace=0.5)
    for axis, strip, words in zip(figure.subplots(len(strips), 1, squeeze=False)[:, 0], strips, below, strict=True):
        axis.imshow(_row(strip[chosen]), interpolation="nearest")
        axis.set_xticks([])
        axis.set_yticks([])
        for spine in axis.spines.values():
            spine.set_visible(False)
        axis.set_xlabel(words, fontsize=7, labelpad=2)
    path = into / "interpolations.png"
    into.mkdir(parents=True, exist_ok=True)
    # A link left there by somebody else is replaced, not written through.
    remove(path)
    figure.savefig(path, format="png")
    return path


def _row(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Images (n, 3, h, w) side by side, (h, width, 3), white between them."""
    padded = np.pad(images.transpose(0, 2, 3, 1), ((0, 0), (0, 0), (0, GAP_PIXELS), (0, 0)), constant_values=255)
    row: npt.NDArray[np.uint8] = np.concatenate(list(padded), axis=1)[:, :-GAP_PIXELS]
    return row
