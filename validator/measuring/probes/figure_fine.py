"""How each tile of a batch differs from its fellow, beyond what happened to the whole batch. Arrays only.

A picture on its way into a paper is resampled, compressed, made grey or brighter, and cut a pixel beside its edge: that
happens to all tiles alike. So one map of colours is fitted to all of them; then each tile is fitted by the other's
pixels, their gradients (a small shift or stretch, as in Lucas and Kanade, IJCAI 1981) and their Laplacian (blur). What
one tile needs otherwise than the rest, or what no such fit explains, was done to it alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validator.measuring.probes.figure_lines import Floats

Bools = npt.NDArray[np.bool_]

FEWEST_FITTED = 8
KEPT_TILES, KEPT_PIXELS = 0.7, 0.9
"""Shares that fit best, to which maps are fitted once more: what is painted should not bend them."""
BRIGHTNESS = np.array([0.299, 0.587, 0.114])
NORMAL = 1.4826
"""Median absolute deviation to standard deviation."""
LEAST_NOISE = 2.0
GAIN, OFFSET, MOVED, LAPLACIAN = 0, slice(1, 4), slice(4, 8), 8
"""Which of the nine needs of a tile is which."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Need:
    """What each tile (n,) needed beside the median tile, in levels, and what is usual in this batch for such a tile."""

    levels: Floats
    usual: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Fitted:
    """What each tile (n,) needs beside the map of the batch. All but `spot` are levels of 255."""

    contrast: Need
    """Above 0 where it has more than the others; levels as a standard deviation."""
    brightness: Need
    """Of its channel farthest from those of the others."""
    sharpness: Need
    """Below 0 where it is smoother than the others; levels as a standard deviation."""
    spot: Floats
    """Largest rest that no fit explains, in units of what rests of the batch are at such edges."""
    spot_levels: Floats
    """The same rest."""
    unexplained: Floats
    """(n,) share of what a tile shows that no fit explains: as a standard deviation, of that of the other tile."""
    side: int
    """Pixels of a tile that were looked at."""
    moves: Floats
    """(n, 4) shift down and along, and stretch down and along, in shares of half a tile."""


def fitted(ours: Floats, theirs: Floats) -> Fitted:
    """Fit tiles (n, s, s, 3) in levels to those they were paired with, of the same shape. n >= FEWEST_FITTED."""
    mapped = _mapped(ours, theirs)
    fits = [_fit(one, other) for one, other in zip(ours, mapped, strict=True)]
    needs = np.stack([need for need, _ in fits])
    rest = np.stack([_smooth(rest) for _, rest in fits]) @ BRIGHTNESS
    units = np.abs(rest) / _noise(np.abs(rest), np.stack([_edges(each) for each in mapped]))
    at = units.reshape(len(units), -1).argmax(axis=1)
    rows = np.arange(len(units))
    beside = needs - np.median(needs, axis=0)
    return Fitted(
        contrast=_need(beside[:, GAIN], _spread(mapped)),
        brightness=_need(_farthest(beside[:, OFFSET]), np.ones(len(ours))),
        sharpness=_need(-beside[:, LAPLACIAN], _spread(np.stack([_bend(each) for each in mapped]))),
        spot=units.reshape(len(units), -1)[rows, at],
        spot_levels=np.abs(rest).reshape(len(units), -1)[rows, at],
        unexplained=np.sqrt(np.square(rest).mean(axis=(1, 2))) / np.maximum(_spread(mapped), LEAST_NOISE),
        side=ours.shape[1],
        moves=needs[:, MOVED] * 2.0 / ours.shape[1],
    )


def _noise(rests: Floats, edges: Floats) -> Floats:
    """What a rest (n, s, s) is expected to be by how steep the tile is there, over the whole batch."""
    steep, flat = edges >= np.quantile(edges, 0.75), edges <= np.quantile(edges, 0.5)
    level = max(NORMAL * float(np.median(rests[flat])), LEAST_NOISE)
    slope = NORMAL * float(np.median(rests[steep] / np.maximum(edges[steep], 1.0)))
    noise: Floats = level + slope * edges
    return noise


def _spread(values: Floats) -> Floats:
    """Root mean square (n,) about the mean of each channel of (n, s, s, 3)."""
    spread: Floats = np.sqrt(values.var(axis=(1, 2)).mean(axis=1))
    return spread


def _need(shares: Floats, levels: Floats) -> Need:
    """Shares (n,) of what each tile shows in levels (n,)."""
    return Need(levels=shares * levels, usual=NORMAL * float(np.median(np.abs(shares))) * levels)


def _farthest(values: Floats) -> Floats:
    """Of each row (n, 3) the value farthest from 0."""
    farthest: Floats = values[np.arange(len(values)), np.abs(values).argmax(axis=1)]
    return farthest


def _bend(tile: Floats) -> Floats:
    """The Laplacian of (s, s, 3)."""
    down, along = np.gradient(tile, axis=(0, 1))
    bend: Floats = np.gradient(down, axis=0) + np.gradient(along, axis=1)
    return bend


def _mapped(ours: Floats, theirs: Floats) -> Floats:
    """Their tiles in the colours of ours: channels, squares and a constant, fitted to all tiles but the worst."""
    terms = np.concatenate([theirs, np.square(theirs) / 255.0, np.ones_like(theirs[..., :1])], axis=3)
    wanted = ours
    chosen = np.ones(len(ours), dtype=np.bool_)
    for _ in range(2):
        known = _solved(terms[chosen].reshape(-1, 7), wanted[chosen].reshape(-1, 3))
        mapped: Floats = terms @ known
        off = np.square(wanted - mapped).mean(axis=(1, 2, 3))
        chosen = off <= np.quantile(off, KEPT_TILES)
    return mapped


def _fit(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """What one tile (s, s, 3) needs to become the other, (9,), and the rest (s, s, 3)."""
    side = len(one)
    ground: Floats = other.mean(axis=(0, 1))
    middle = other - ground
    down, along = np.gradient(other, axis=(0, 1))
    place = np.linspace(-1.0, 1.0, side)
    shared = [middle, down, along, down * place[:, None, None], along * place[None, :, None], _bend(other)]
    own = [np.broadcast_to(np.eye(3)[channel], other.shape) for channel in range(3)]
    terms = np.stack([shared[0], *own, *shared[1:]], axis=3).reshape(-1, 9)
    wanted = (one - ground).reshape(-1)
    kept: Bools = np.ones(len(wanted), dtype=np.bool_)
    for _ in range(2):
        need = _solved(terms[kept], wanted[kept])
        rest: Floats = wanted - terms @ need
        size: Floats = np.abs(rest)
        kept = size <= np.quantile(size, KEPT_PIXELS)
    return need, rest.reshape(one.shape)


def _solved(terms: Floats, wanted: Floats) -> Floats:
    """Least squares by the normal equations, which is quick; terms that say nothing need nothing."""
    solved: Floats = np.asarray(np.linalg.lstsq(terms.T @ terms, terms.T @ wanted, rcond=1e-9)[0], dtype=np.float64)
    return solved


def _edges(tile: Floats) -> Floats:
    """How steep a tile (s, s, 3) is at each pixel or beside it, (s - 2, s - 2)."""
    down, along = np.gradient(tile @ BRIGHTNESS)
    steep: Floats = np.abs(down) + np.abs(along)
    for axis in (0, 1):
        moved = np.moveaxis(steep, axis, 0)
        steep = np.moveaxis(np.maximum(np.maximum(moved[:-2], moved[1:-1]), moved[2:]), 0, axis)
    return steep


def _smooth(values: Floats) -> Floats:
    """Means over 3 by 3 pixels of (s, s) or (s, s, 3); the rim is left out."""
    for axis in (0, 1):
        moved = np.moveaxis(values, axis, 0)
        values = np.moveaxis((moved[:-2] + moved[1:-1] + moved[2:]) / 3.0, 0, axis)
    return values
