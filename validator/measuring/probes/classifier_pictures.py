"""Three pictures of a classifier: confusion matrix, reliability, losses. Knows numbers only; needs no display."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.calibration import BINS, Reliability
from validator.measuring.probes.removal import remove

CONFUSION, RELIABILITY, LOSSES = "confusion.png", "reliability.png", "losses.png"
FEWEST_FOR_A_BAR = 5
"""Below so many samples a bin's accuracy says nothing; its bar is drawn pale."""
SMALLEST_LOSS, LARGEST_LOSS = 1e-6, 20.0
BLUE, ORANGE, GREY = "#1f5fa8", "#d9742b", "#8a8a8a"
Floats = npt.NDArray[np.float64]


def draw_confusion(counts: npt.NDArray[np.int64], *, into: Path) -> Path:
    """Write a PNG of counts (classes, classes), row the true class, and return its path."""
    figure, axes = _figure(6, 5.2)
    # Shares of each true class: the diagonal is the recall, whatever the class sizes.
    shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    figure.colorbar(image, ax=axes, label="share of the true class")
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    step = max(1, len(counts) // 10)
    axes.set_xticks(range(0, len(counts), step))
    axes.set_yticks(range(0, len(counts), step))
    for row, column in _worst(shares):
        axes.text(column, row, f"{shares[row, column]:.0%}", ha="center", va="center", fontsize=7, color="#7a1f10")
    return _saved(figure, into / CONFUSION)


def draw_reliability(found: Reliability, *, error: float, expected: float, into: Path) -> Path:
    """Write accuracy against confidence, with how many samples stand behind each bar."""
    figure, (axes, below) = _figures(6, 5.6)
    edges = np.linspace(0, 1, BINS + 1)
    middles, width = (edges[:-1] + edges[1:]) / 2, 1 / BINS * 0.92
    enough = found.counts >= FEWEST_FOR_A_BAR
    for chosen, alpha, said in (
        (enough, 1.0, "share right"),
        (~enough, 0.3, f"share right of fewer than {FEWEST_FOR_A_BAR}"),
    ):
        if (chosen & (found.counts > 0)).any():
            axes.bar(middles[chosen], found.accuracy[chosen], width, color=BLUE, alpha=alpha, label=said)
    axes.plot([0, 1], [0, 1], color=ORANGE, linewidth=2, label="as often as it says")
    axes.set_ylabel("share right")
    axes.set_title(f"calibration error {error:.3f}; a calibrated one would show {expected:.3f}", fontsize=11)
    axes.legend(loc="upper left", framealpha=0.9, edgecolor="white")
    axes.set_ylim(0, 1)
    below.bar(middles, found.counts, width, color=GREY)
    below.set_yscale("symlog", linthresh=1)
    below.minorticks_off()
    below.set_ylabel("images")
    below.set_xlabel("confidence: probability of the predicted class")
    below.set_xlim(0, 1)
    return _saved(figure, into / RELIABILITY)


def draw_losses(*, train: Floats, test: Floats, into: Path) -> Path:
    """Write the losses of single images, train beside test, as shares of each set; the scale is logarithmic."""
    figure, axes = _figure(6, 4.2)
    bins = np.geomspace(SMALLEST_LOSS, LARGEST_LOSS, 41)
    for losses, colour, name in ((train, BLUE, "train"), (test, ORANGE, "test")):
        # Losses beyond either end are counted in the bin at that end.
        shown = np.clip(losses, SMALLEST_LOSS * 1.0001, LARGEST_LOSS * 0.9999)
        weights = np.full(len(losses), 1 / len(losses))
        axes.hist(shown, bins=bins, weights=weights, histtype="step", linewidth=2, color=colour, label=f"{name} images")
        axes.axvline(max(float(losses.mean()), SMALLEST_LOSS), color=colour, linestyle=":", linewidth=2)
    axes.set_xscale("log")
    axes.minorticks_off()
    axes.set_xlabel("cross-entropy of one image in nats (dotted: mean)")
    axes.set_ylabel("share of the images")
    axes.legend(loc="upper left", framealpha=0.9, edgecolor="white")
    return _saved(figure, into / LOSSES)


def _worst(shares: Floats) -> list[tuple[int, int]]:
    """The three commonest mistakes, if they are at least one in twenty of their class."""
    wrong = shares * (1 - np.eye(len(shares)))
    places = np.argsort(wrong, axis=None)[::-1][:3]
    found = [(int(place // len(shares)), int(place % len(shares))) for place in places]
    return [pair for pair in found if wrong[pair] >= 0.05]


def _figure(width: float, height: float) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=110)
    # Fixed margins: a layout engine draws everything twice.
    figure.subplots_adjust(left=0.13, right=0.97, bottom=0.13, top=0.96)
    axes = figure.add_subplot()
    _plain(axes)
    return figure, axes


def _figures(width: float, height: float) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=110)
    figure.subplots_adjust(left=0.13, right=0.97, bottom=0.1, top=0.94, hspace=0.1)
    axes = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    for axis in axes:
        _plain(axis)
    return figure, axes


def _plain(axes: Any) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=10)
    axes.xaxis.label.set_size(11)
    axes.yaxis.label.set_size(11)


def _saved(figure: Any, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    # A link left there by somebody else is replaced, not written through.
    remove(path)
    figure.savefig(path, format="png")
    return path
