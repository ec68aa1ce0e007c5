"""Recovers exactly how images were prepared: finds the official image behind each that was fed, and fits the map.

The map is a geometry (framed, cropped, resized), then for each channel fed a weighed sum of the three official ones
and an offset: scaling, normalisation, swapped channels and grey are all of that form.
Knows images; nothing of networks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

from .geometry import Geometry, geometries
from .pairs import LUMA, pairs_of
from .signatures import SIDE, as_images

SHAPES = ((3, SIDE, SIDE), (3, 32, 32))
"""Of official images."""
EXACT, CLOSE = 2e-3, 0.08
"""Root mean square of what a fit leaves over, in standard deviations of what was fed."""
SNAP = 1e-4


@dataclass(frozen=True, kw_only=True)
class Fit:
    """One map, in words and as a function of float32 `(n, 3, side, side)`, and what it leaves over."""

    words: str
    apply: Callable[[Any], Any]
    left_over: float


def fitted(images: Any, rows: Any) -> Fit | None:
    """The map that best explains the rows fed, from official images `(n, 3, side, side)`; None where none does."""
    best: Fit | None = None
    for found in _fits(images, rows):
        # What was listed first is kept unless another explains more.
        if best is None or found.left_over < best.left_over * 0.9:
            best = found
        if best.left_over < SNAP:
            return best
    return best if best is not None and best.left_over < CLOSE else None


def _fits(images: Any, rows: Any) -> Iterator[Fit]:
    for layout in _layouts(rows):
        pairs = pairs_of(images, layout.view(rows))
        if pairs is None:
            continue
        ours, theirs = pairs
        for geometry in geometries(tuple(ours.shape[2:]), tuple(theirs.shape[2:])):
            for norm in NORMS:
                yield _fit(ours, theirs, geometry, norm, layout)


@dataclass(frozen=True, kw_only=True)
class _Layout:
    """How channels and pixels lie in what was fed: `view` makes `(n, c, h, w)` of it, `restore` what it was."""

    words: str
    view: Callable[[Any], Any]
    restore: Callable[[Any], Any]


def _layouts(rows: Any) -> Iterator[_Layout]:
    shape = tuple(rows.shape[1:])
    images = as_images(rows)
    if images is None:
        return
    if len(shape) == 1:
        yield _Layout(words="flattened", view=as_images, restore=lambda batch: batch.flatten(1))
        if images.shape[1] == 3:
            side = images.shape[2]
            yield _Layout(
                words="channels last, flattened",
                view=lambda batch: batch.reshape(-1, side, side, 3).permute(0, 3, 1, 2),
                restore=lambda batch: batch.permute(0, 2, 3, 1).flatten(1),
            )
    elif len(shape) == 2:
        yield _Layout(words="", view=as_images, restore=lambda batch: batch.squeeze(1))
    elif tuple(images.shape[1:]) != shape:
        yield _Layout(words="channels last", view=as_images, restore=lambda batch: batch.permute(0, 2, 3, 1))
    else:
        yield _Layout(words="", view=as_images, restore=lambda batch: batch)


def _plain(images: Any) -> Any:
    return images


def _by_image(images: Any) -> Any:
    return _standardised(images, (1, 2, 3))


def _by_channel(images: Any) -> Any:
    return _standardised(images, (2, 3))


def _standardised(images: Any, over: tuple[int, ...]) -> Any:
    centred = images - images.mean(over, keepdim=True)
    return centred / centred.square().mean(over, keepdim=True).sqrt().clamp(min=1e-6)


NORMS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("", _plain),
    ("each image standardised", _by_image),
    ("each channel of an image standardised", _by_channel),
)


def _fit(ours: Any, theirs: Any, geometry: Geometry, norm: tuple[str, Callable[[Any], Any]], layout: _Layout) -> Fit:
    sources, targets = norm[1](geometry.apply(ours)), geometry.inner(theirs)
    channels = int(targets.shape[1])
    table = sources.permute(0, 2, 3, 1).reshape(-1, 3)
    table = torch.cat([table, torch.ones(len(table), 1, dtype=table.dtype)], 1)
    wanted = targets.permute(0, 2, 3, 1).reshape(-1, channels)
    # Normal equations: four unknowns, and hundreds of thousands of pixels.
    solved = torch.linalg.lstsq(table.T @ table, table.T @ wanted).solution
    spread = float(wanted.std()) or 1.0
    left_over = float((table @ solved - wanted).square().mean().sqrt()) / spread
    weights, offsets = _snapped(solved[:3].T, solved[3])
    edge = _edge(theirs, geometry)
    words = [norm[0], _words(weights, offsets), _framing(geometry, edge, offsets, weights, ours), layout.words]
    return Fit(
        words=", ".join(part for part in words if part) or "as they are",
        apply=_applied(geometry, norm[1], (weights, offsets, edge), layout),
        left_over=left_over,
    )


def _snapped(weights: Any, offsets: Any) -> tuple[Any, Any]:
    """What rounding left in place of 0 and 1 is 0 and 1."""
    scale = float(weights.abs().max()) or 1.0
    weights = torch.where(weights.abs() < SNAP * scale, 0.0, weights)
    weights = torch.where((weights - 1).abs() < SNAP, 1.0, weights)
    return weights, torch.where(offsets.abs() < SNAP * scale, 0.0, offsets)


def _edge(theirs: Any, geometry: Geometry) -> Any:
    """The mean of each channel outside what the geometry fills; None where it fills everything."""
    left, right, top, bottom = geometry.edges
    if not any(geometry.edges):
        return None
    outside = torch.ones(theirs.shape[2:], dtype=torch.bool)
    outside[top : outside.shape[0] - bottom, left : outside.shape[1] - right] = False
    return theirs[:, :, outside].mean((0, 2))


def _applied(
    geometry: Geometry, norm: Callable[[Any], Any], solved: tuple[Any, Any, Any], layout: _Layout
) -> Callable[[Any], Any]:
    weights, offsets, edge = solved
    untouched = weights.shape == (3, 3) and bool((weights == torch.eye(3)).all()) and not bool(offsets.any())

    def apply(batch: Any) -> Any:
        values = norm(geometry.apply(batch))
        if not untouched:
            values = _mixed(values, weights.tolist()) + offsets.to(values).reshape(1, -1, 1, 1)
        if edge is None:
            return layout.restore(values)
        left, right, top, bottom = geometry.edges
        size = (values.shape[2] + top + bottom, values.shape[3] + left + right)
        whole = edge.to(values).reshape(1, -1, 1, 1).expand(len(values), -1, *size).clone()
        whole[:, :, top : size[0] - bottom, left : size[1] - right] = values
        return layout.restore(whole)

    return apply


def _mixed(values: Any, weights: list[list[float]]) -> Any:
    """Weighed sums of channels, exact in float32 whatever precision products of matrices have here."""
    mixed = [sum(weight * values[:, k] for k, weight in enumerate(row) if weight) for row in weights]
    return torch.stack([one if isinstance(one, torch.Tensor) else torch.zeros_like(values[:, 0]) for one in mixed], 1)


def _words(weights: Any, offsets: Any) -> str:
    if weights.shape[0] == 1:
        if float(weights.max() - weights.min()) < 0.01 * float(weights.abs().max()):
            return "mean of the channels"
        luma = torch.tensor(LUMA, dtype=weights.dtype) * weights.sum()
        return "grey by luma" if torch.allclose(weights[0], luma, rtol=0.02) else "one channel of three, weighed"
    own = weights.diagonal()
    if bool((weights != torch.diag(own)).any()):
        return "channels reversed" if bool((weights.flip(1).diagonal() != 0).all()) else "channels mixed"
    if bool((own == 1).all()) and not bool(offsets.any()):
        return ""
    spread = max(float(own.max() - own.min()), float(offsets.max() - offsets.min()))
    alike = spread < 1e-3 * max(float(own.abs().max()), float(offsets.abs().max()))
    return "one affine map for all channels" if alike else "one affine map for each channel"


def _framing(geometry: Geometry, edge: Any, offsets: Any, weights: Any, ours: Any) -> str:
    if edge is None:
        return geometry.words
    if float(edge.abs().max()) < 1e-6:
        return "padded with zeros"
    lowest = weights @ ours.amin((0, 2, 3)) + offsets
    return f"{geometry.words} with {'the lowest value' if torch.allclose(edge, lowest, atol=1e-3) else 'a constant'}"
