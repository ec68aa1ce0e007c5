"""The picture of a FID on its scale: real images at one end, models that learned next to nothing at the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from validator.measuring.probes.removal import remove

INK, SAMPLE = "#333333", "#b5322a"
STYLES = (("|", "#2a7f62"), ("x", "#5b6f9c"), ("D", "#8a8a8a"))
"""Marker and colour of the landmarks of a scale, in their order."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One protocol: the FID of the samples, its SD, and the landmarks of its scale (None where one is missing)."""

    title: str
    value: float
    sd: float
    landmarks: Mapping[str, float | None]


def draw(rows: tuple[Row, ...], *, into: Path) -> Path:
    """Write `fid-scale.png`: an axis for each protocol, from 0 to the same end; values stand in the legend beside."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.4, 0.4 + 1.25 * len(rows)), dpi=110, layout="constrained")
    axes = figure.subplots(len(rows), 1, squeeze=False, sharex=True)[:, 0]
    end = 1.08 * max(max(row.value + 2 * row.sd, *_known(row).values()) for row in rows)
    for axis, row in zip(axes, rows, strict=True):
        _draw_row(axis, row)
        axis.set_xlim(0, end or 1.0)
    axes[-1].set_xlabel("Fréchet inception distance to the test images; 0 is equal", fontsize=8, color=INK)
    path = into / "fid-scale.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    # A link left there by somebody else is replaced, not written through.
    remove(path)
    figure.savefig(path, format="png")
    return path


def _known(row: Row) -> dict[str, float]:
    return {name: value for name, value in row.landmarks.items() if value is not None}


def _draw_row(axis: Any, row: Row) -> None:
    axis.axhline(0, color="#cccccc", linewidth=1, zorder=0)
    for (name, value), (marker, colour) in zip(row.landmarks.items(), STYLES, strict=True):
        if value is not None:
            style = {"marker": marker, "color": colour, "markersize": 11 if marker == "|" else 7, "markeredgewidth": 2}
            axis.plot([value], [0], linestyle="none", label=f"{name}  {value:,.2f}", **style)
    label = f"these samples  {row.value:,.2f} ± {row.sd:,.2f}"
    # The bar is two standard deviations to either side, the legend tells one.
    axis.errorbar([row.value], [0], xerr=[2 * row.sd], fmt="o", color=SAMPLE, capsize=4, label=label, zorder=3)
    axis.set_ylim(-1, 1)
    axis.set_yticks([])
    axis.tick_params(labelsize=8, colors=INK)
    for side in ("left", "right", "top"):
        axis.spines[side].set_visible(False)
    axis.set_title(row.title, fontsize=9, loc="left", color=INK)
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8, frameon=False)
