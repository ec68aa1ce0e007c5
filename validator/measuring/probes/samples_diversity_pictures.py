"""Pictures of diversity and sharpness: classes, bins, and the distributions of detail. Knows arrays only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.histogram import Band
from validator.measuring.metrics.sharpness import TOP_OCTAVE
from validator.measuring.probes.removal import remove

SAMPLES, REAL = "#1f5fa8", "#9a9a9a"
STEPS = 60

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]


def draw_classes(counts: Int64, *, band: Band, held_out: Int64, into: Path) -> Path:
    """Write `classes.png`: samples of each class (classes,), most frequent first, over the band of test images."""
    figure, (axes,) = _figure(width=7.5, height=2.9, panels=1)
    order = np.argsort(-counts, kind="stable")
    place = np.arange(len(counts))
    expected = held_out[order] * counts.sum() / held_out.sum()
    axes.bar(place, counts[order], width=1.0, color=SAMPLES, label="samples")
    axes.vlines(place, band.low[order], band.high[order], color=REAL, linewidth=1.5, label="1 to 99 % of test draws")
    axes.plot(place, expected, linestyle="none", marker="_", markersize=3, color="black", label="test images")
    axes.set_xlim(-0.7, len(counts) - 0.3)
    axes.set_xlabel("classes, by how many samples look like them")
    axes.set_ylabel("images")
    axes.legend(fontsize=7, frameon=False)
    return _saved(figure, into / "classes.png")


def draw_bins(z: Float64, *, control: Float64, into: Path) -> Path:
    """Write `bins.png`: z of each bin (bins,) sorted, of the samples and of the test images."""
    figure, (axes,) = _figure(width=7.5, height=2.6, panels=1)
    place = np.arange(len(z))
    axes.bar(place, np.sort(z), width=1.0, color=SAMPLES, label="samples against train")
    axes.plot(place, np.sort(control), color="black", linewidth=1, label="test against train")
    for level in (-1.96, 1.96):
        axes.axhline(level, color=REAL, linestyle="--", linewidth=0.8)
    axes.set_xlabel("bins, by their difference")
    axes.set_ylabel("z")
    axes.legend(fontsize=7, frameon=False)
    return _saved(figure, into / "bins.png")


def draw_sharpness(*, laplacian: tuple[Float64, Float64], octave: tuple[Float64, Float64], into: Path) -> Path:
    """Write `sharpness.png`: both measures of detail, each of the samples (n,) and of the test images (m,)."""
    figure, panels = _figure(width=7.5, height=2.6, panels=2)
    logarithms = tuple(np.log10(np.maximum(values, 1e-2)) for values in laplacian)
    _distributions(panels[0], *logarithms, label="variance of the Laplacian, log10 (blurry: left)")
    share = f"share of energy above {TOP_OCTAVE:g} cycles a pixel (noisy: right)"
    _distributions(panels[1], *octave, label=share)
    panels[0].set_ylabel("density")
    panels[0].legend(fontsize=7, frameon=False)
    return _saved(figure, into / "sharpness.png")


def _distributions(axes: Any, samples: Float64, held_out: Float64, *, label: str) -> None:
    both = np.concatenate([samples, held_out])
    low, high = float(both.min()), float(np.quantile(both, 0.999))
    edges = np.linspace(low, high if high > low else low + 1, STEPS)
    for values, color, name in ((held_out, REAL, "test images"), (samples, SAMPLES, "samples")):
        heights = np.histogram(np.clip(values, edges[0], edges[-1]), bins=edges, density=True)[0]
        axes.stairs(heights, edges, fill=color == REAL, color=color, label=name)
    axes.set_xlabel(label, fontsize=8)


def _figure(*, width: float, height: float, panels: int) -> tuple[Any, list[Any]]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=110)
    figure.subplots_adjust(left=0.08, right=0.99, top=0.96, bottom=0.19, wspace=0.14)
    axes = list(figure.subplots(1, panels, squeeze=False)[0])
    for each in axes:
        each.tick_params(labelsize=7)
        for side in ("top", "right"):
            each.spines[side].set_visible(False)
    return figure, axes


def _saved(figure: Any, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    # A link left there by somebody else is replaced, not written through.
    remove(path)
    figure.savefig(path, format="png")
    return path
