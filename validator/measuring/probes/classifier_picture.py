"""The confusion matrix as a picture; knows counts only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from validator.measuring.probes.run_scratch import remove

NAME = "confusion.png"


def draw_confusion(counts: npt.NDArray[np.int64], *, into: Path) -> Path:
    """Write a PNG of counts (classes, classes) into the folder and return its path; no display is needed."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 5.2), dpi=110, layout="constrained")
    axes = figure.add_subplot()
    # Shares of each true class: the diagonal is the recall, whatever the class sizes.
    shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    figure.colorbar(image, ax=axes, label="share of the true class")
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    step = max(1, len(counts) // 10)
    axes.set_xticks(range(0, len(counts), step))
    axes.set_yticks(range(0, len(counts), step))
    path = into / NAME
    into.mkdir(parents=True, exist_ok=True)
    # A link left there by somebody else is replaced, not written through.
    remove(path)
    figure.savefig(path, format="png")
    return path
