"""Pictures of how near samples are to training images: the worst pairs, and the share beside what chance gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from validator.measuring.probes.samples_neighbours import Nearer, Neighbours
from validator.measuring.probes.samples_pictures import fresh

PAIRS = 8
INK = "#333333"
VALUE = "#b2182b"
CHANCE = "#9ecae1"

Images = npt.NDArray[np.uint8]


def worst_pairs(neighbours: Neighbours) -> npt.NDArray[np.int64]:
    """The samples nearest to a training image in proportion to its neighbours, nearest first; ties by number."""
    return np.lexsort((neighbours.distance, neighbours.nearness))[:PAIRS]


def draw_pairs(images: Images, *, train: Images, neighbours: Neighbours, into: Path, name: str = "neighbours") -> Path:
    """Write the eight worst pairs as `<name>.png`: sample above, its nearest training image below, with the distance.

    A whole number is the exact squared distance of pixels, another the distance of features.
    """
    from matplotlib.figure import Figure

    worst = worst_pairs(neighbours)
    figure = Figure(figsize=(1.2 * len(worst), 3.2), dpi=110, layout="constrained")
    axes = figure.subplots(2, len(worst), squeeze=False)
    for axis in axes.flat:
        axis.set_axis_off()
    for column, number in enumerate(worst):
        nearest = train[neighbours.index[number]]
        mirrored = bool(neighbours.mirrored[number])
        shown = nearest[..., ::-1] if mirrored else nearest
        axes[0, column].imshow(images[number].transpose(1, 2, 0), interpolation="nearest")
        axes[0, column].set_title(f"sample {number}", fontsize=7, color=INK)
        axes[1, column].imshow(shown.transpose(1, 2, 0), interpolation="nearest")
        words = f"train {neighbours.index[number]}{', mirrored' if mirrored else ''}\n{_distance(neighbours, number)}"
        axes[1, column].set_title(words, fontsize=7, color=INK)
    path = fresh(into / f"{name}.png")
    figure.savefig(path, format="png")
    return path


def _distance(neighbours: Neighbours, number: np.int64) -> str:
    value = neighbours.distance[number]
    if neighbours.distance.dtype.kind == "i":
        return f"d² {value:,}\nratio {neighbours.nearness[number]:.2f}"
    return f"d {value:.3f}\nratio {neighbours.nearness[number]:.2f}"


def draw_share(nearer: Nearer, *, into: Path, space: str, name: str = "nearest-share") -> Path:
    """Write `<name>.png`: the shares that relabelling the pool gives, and the samples' own."""
    from matplotlib.figure import Figure

    share = nearer.share
    figure = Figure(figsize=(6.4, 2.4), dpi=110, layout="constrained")
    axis = figure.subplots()
    axis.hist(
        nearer.drawn, bins=30, color=CHANCE, label=f"chance: train and test relabelled {len(nearer.drawn):,} times"
    )
    axis.axvline(share.expected, color=INK, linestyle=":", label=f"expected by chance: {share.expected:.3f}")
    axis.axvline(share.value, color=VALUE, linewidth=2, label=f"these samples: {share.value:.3f}")
    axis.set_xlabel(f"share of samples whose nearest real image is a training image ({space})", fontsize=8, color=INK)
    axis.set_yticks([])
    axis.tick_params(labelsize=8)
    for side in ("left", "top", "right"):
        axis.spines[side].set_visible(False)
    low, high = axis.get_ylim()
    axis.set_ylim(low, high * 1.6)
    axis.legend(fontsize=7, frameon=False, loc="upper left", ncols=1)
    path = fresh(into / f"{name}.png")
    figure.savefig(path, format="png")
    return path
