"""Recovers how images were prepared before they were fed to a network; knows images, ranges and shapes.

Exactly where images that the network judged are at hand (`fitting`); else from the summary of what it was fed: an
affine map of the range, and the shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from . import fitting

CLOSE, NEAR = 0.02, 0.25
"""Shares of the range by which two ranges may differ and still be the same, or be the same of other images."""
MOST_LOOKED_AT = 4096


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """One way to prepare a float32 batch `(n, 3, h, w)`, and its words."""

    words: str
    apply: Callable[[Any], Any]


def candidates(images: Any, fed: dict[str, Any] | None, rows: Any = None) -> Iterator[Preparation]:
    """Likely preparations of these images, likeliest first. Without a summary: as they are, and flattened.

    `rows` are images as the network was fed them, float32 on the CPU; where they tell the preparation exactly, it is
    the only one.
    """
    fit = fitting.fitted(images, rows) if rows is not None and tuple(images.shape[1:]) in fitting.SHAPES else None
    if fit is not None:
        yield Preparation(words=fit.words, apply=fit.apply)
        if fit.left_over < fitting.EXACT:
            return
    yield from _guesses(images, fed)


def _guesses(images: Any, fed: dict[str, Any] | None) -> Iterator[Preparation]:
    if fed is not None and tuple(fed["shape"][1:]) == (1, *images.shape[2:]) != tuple(images.shape[1:]):
        yield from _grey(images, fed)
        return
    scales, shapes = list(_scales(images, fed)), list(_shapes(tuple(images.shape[1:]), fed))
    ranked = [(row + column, row, column) for row in range(len(scales)) for column in range(len(shapes))]
    for _, row, column in sorted(ranked):
        scale, shape = scales[row], shapes[column]
        words = ", ".join(part.words for part in (scale, shape) if part.words)
        yield Preparation(words=words or "as they are", apply=_in_turn(scale, shape))


def _in_turn(first: Preparation, then: Preparation) -> Callable[[Any], Any]:
    return lambda batch: then.apply(first.apply(batch))


def _scales(images: Any, fed: dict[str, Any] | None) -> Iterator[Preparation]:
    same = Preparation(words="", apply=lambda batch: batch)
    if fed is None or "low" not in fed:
        yield same
        return
    raw = np.asarray(images[:MOST_LOOKED_AT])
    low, high = float(raw.min()), float(raw.max())
    if _close((low, high), (fed["low"], fed["high"])):
        yield same
        return
    if high > low:
        factor = (fed["high"] - fed["low"]) / (high - low)
        yield _affine("one affine map for all channels", factor, fed["low"] - factor * low)
    lows, highs = raw.min((0, 2, 3)), raw.max((0, 2, 3))
    if len(fed.get("lows", ())) == len(lows) and (highs > lows).all():
        factors = (np.asarray(fed["highs"]) - np.asarray(fed["lows"])) / (highs - lows)
        yield _affine("one affine map for each channel", factors, np.asarray(fed["lows"]) - factors * lows)
    if high <= low or _close((low, high), (fed["low"], fed["high"]), share=NEAR):
        yield same


def _affine(words: str, factor: Any, offset: Any) -> Preparation:
    shape = (1, -1, 1, 1)
    factors = torch.as_tensor(factor, dtype=torch.float32).reshape(shape)
    offsets = torch.as_tensor(offset, dtype=torch.float32).reshape(shape)
    return Preparation(words=words, apply=lambda batch: batch * factors.to(batch.device) + offsets.to(batch.device))


def _close(ours: tuple[float, float], theirs: tuple[float, float], *, share: float = CLOSE) -> bool:
    room = share * max(ours[1] - ours[0], 1e-6)
    return all(abs(a - b) <= room for a, b in zip(ours, theirs, strict=True))


def _shapes(ours: tuple[int, ...], fed: dict[str, Any] | None) -> Iterator[Preparation]:
    same = Preparation(words="", apply=lambda batch: batch)
    flat = Preparation(words="flattened", apply=lambda batch: batch.flatten(1))
    theirs = tuple(fed["shape"][1:]) if fed is not None else None
    if theirs is None:
        yield from (same, flat)
    elif theirs == ours:
        yield same
    elif len(theirs) == 1 and theirs[0] == int(np.prod(ours)):
        yield flat
    elif theirs == (*ours[1:], ours[0]):
        yield Preparation(words="channels last", apply=lambda batch: batch.permute(0, 2, 3, 1))
    elif len(theirs) == 3 and theirs[0] == ours[0]:
        yield from _resized(ours[1:], theirs[1:])


def _grey(images: Any, fed: dict[str, Any]) -> Iterator[Preparation]:
    """One channel of three: weighed alike, or as image libraries weigh colours (ITU-R BT.601); scaled after that."""
    for named, weights in (("mean of the channels", (1 / 3, 1 / 3, 1 / 3)), ("grey by luma", (0.2989, 0.587, 0.114))):
        weighed = _weighed(named, weights)
        grey = weighed.apply(torch.from_numpy(np.array(images[:MOST_LOOKED_AT], dtype=np.float32))).numpy()
        scale = next(_scales(grey, fed))
        words = ", ".join(part.words for part in (weighed, scale) if part.words)
        yield Preparation(words=words, apply=_in_turn(weighed, scale))


def _weighed(words: str, weights: tuple[float, float, float]) -> Preparation:
    columns = torch.tensor(weights).reshape(1, 3, 1, 1)
    return Preparation(words=words, apply=lambda batch: (batch * columns.to(batch.device)).sum(1, keepdim=True))


def _resized(ours: tuple[int, ...], theirs: tuple[int, ...]) -> Iterator[Preparation]:
    functional = torch.nn.functional
    rows, columns = theirs[0] - ours[0], theirs[1] - ours[1]
    if rows >= 0 and columns >= 0:
        edges = (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2)
        yield Preparation(words="padded with zeros", apply=lambda batch: functional.pad(batch, edges))
        yield Preparation(
            words="padded with the lowest value",
            apply=lambda batch: functional.pad(batch, edges, value=float(batch.min())),
        )
    yield Preparation(
        words="resized bilinearly",
        apply=lambda batch: functional.interpolate(batch, size=theirs, mode="bilinear", align_corners=False),
    )
