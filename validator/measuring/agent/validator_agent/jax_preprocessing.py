"""Recovers how images were prepared before they were fed to a function of JAX; numpy only, for no torch may be there.

The same reasoning as `preprocessing`, which prepares tensors: exactly where images that were fed are at hand, else by
an affine map of the range and the shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from .jax_fitting import LUMA, MEAN, Official, fitted

CLOSE, NEAR = 0.02, 0.25
"""Shares of the range by which two ranges may differ and still be the same, or be the same of other images."""
MOST_LOOKED_AT = 4096
GREY = (("mean of the channels", MEAN), ("grey by luma", LUMA))


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """One way to prepare a float32 batch `(n, 3, h, w)`, and its words."""

    words: tuple[str, ...]
    apply: Callable[[Any], Any]

    @property
    def said(self) -> str:
        """What was done, for people."""
        return ", ".join(word for word in self.words if word) or "as they are"

    def then(self, words: str, apply: Callable[[Any], Any]) -> Preparation:
        """This one, and another after it."""
        before = self.apply
        return Preparation(words=(*self.words, words), apply=lambda batch: apply(before(batch)))


SAME = Preparation(words=(), apply=lambda batch: batch)


def candidates(official: Official, fed: dict[str, Any] | None) -> Iterator[Preparation]:
    """Likely preparations of these images `(n, c, h, w)`, likeliest first; none where the shape cannot be reached.

    Where the images that were fed tell it exactly, it is the only one.
    """
    if fed is not None and fed.get("rows") is not None and official.fits():
        fit = fitted(official, fed["rows"], whole="int" in fed["dtype"])
        if fit is not None:
            yield SAME.then(*fit).then("", _as(fed["dtype"]))
            return
    yield from _by_ranges(official.images, fed)


def _by_ranges(images: Any, fed: dict[str, Any] | None) -> Iterator[Preparation]:
    if fed is None:
        yield from (SAME.then("channels last", _to_last), SAME, SAME.then("flattened", _flat))
        return
    some = np.asarray(images[:MOST_LOOKED_AT], dtype=np.float32)
    shapes = list(_shapes(some.shape[1:], tuple(fed["shape"][1:]), last=bool(fed.get("last"))))
    ranked = []
    for column, (colours, words, reshape) in enumerate(shapes):
        scales = list(_scales(colours.apply(some), fed))
        for row, (scale_words, scale) in enumerate(scales):
            prepared = colours.then(scale_words, scale).then(words, reshape)
            ranked.append((row + column, row, column, prepared.then("", _as(fed["dtype"]))))
    yield from (prepared for *_, prepared in sorted(ranked, key=lambda one: one[:3]))


def _shapes(ours: Any, theirs: Any, *, last: bool) -> Iterator[tuple[Preparation, str, Callable[[Any], Any]]]:
    """How to come to their shape: what is done with the colours, then the words and the way from there."""
    channels, height, width = ours
    greys = [SAME.then(words, _weighed(weights)) for words, weights in GREY] if channels == 3 else []
    if len(theirs) == 1:
        # Flattened rows of libraries of JAX have the channels last, unless the images came as they are handed in.
        for colours, count in ((SAME, channels), *((grey, 1) for grey in greys)):
            if theirs[0] == count * height * width:
                yield colours, "flattened", _flat
                if count > 1:
                    yield colours, "channels last, flattened", lambda batch: _flat(_to_last(batch))
    elif len(theirs) == 2:
        for grey in greys:
            yield from ((grey, words, _then(way, _no_channel)) for words, way in _resized((height, width), theirs))
    elif len(theirs) == 3:
        count, size = (theirs[2], theirs[:2]) if last else (theirs[0], theirs[1:])
        for words, way in _resized((height, width), size):
            named = ", ".join(word for word in (words, "channels last" if last else "") if word)
            for colours in [SAME] if count == channels else greys if count == 1 else []:
                yield colours, named, _then(way, _to_last) if last else way


def _scales(some: Any, fed: dict[str, Any]) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    """Affine maps of the range, for each channel or for all; nothing where it is the same already."""
    low, high = float(some.min()), float(some.max())
    same: tuple[str, Callable[[Any], Any]] = ("", lambda batch: batch)
    if "low" not in fed or _close((low, high), (fed["low"], fed["high"])):
        yield same
        return
    factor = (fed["high"] - fed["low"]) / (high - low) if high > low else 1.0
    if high > low:
        yield "one affine map for all channels", _affine(factor, fed["low"] - factor * low)
    lows, highs = some.min((0, 2, 3)), some.max((0, 2, 3))
    if len(lows) > 1 and len(fed.get("lows", ())) == len(lows) and (highs > lows).all():
        factors = (np.asarray(fed["highs"]) - np.asarray(fed["lows"])) / (highs - lows)
        offsets = np.asarray(fed["lows"]) - factors * lows
        ends = [abs(factors * end + offsets - (factor * end + fed["low"] - factor * low)) for end in (low, high)]
        if max(map(np.max, ends)) > CLOSE * (fed["high"] - fed["low"]):
            yield "one affine map for each channel", _affine(factors, offsets)
    if high <= low or _close((low, high), (fed["low"], fed["high"]), share=NEAR):
        yield same


def _close(ours: tuple[float, float], theirs: tuple[float, float], *, share: float = CLOSE) -> bool:
    room = share * max(ours[1] - ours[0], 1e-6)
    return all(abs(a - b) <= room for a, b in zip(ours, theirs, strict=True))


def _affine(factor: Any, offset: Any) -> Callable[[Any], Any]:
    factors, offsets = (np.asarray(part, dtype=np.float32).reshape(1, -1, 1, 1) for part in (factor, offset))
    return lambda batch: batch * factors + offsets


def _weighed(weights: Any) -> Callable[[Any], Any]:
    columns = np.asarray(weights, dtype=np.float32).reshape(1, 3, 1, 1)
    return lambda batch: (batch * columns).sum(1, keepdims=True)


def _resized(ours: Any, theirs: Any) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    if tuple(ours) == tuple(theirs):
        yield "", lambda batch: batch
        return
    rows, columns = theirs[0] - ours[0], theirs[1] - ours[1]
    if rows >= 0 and columns >= 0:
        edges = ((0, 0), (0, 0), (rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2))
        yield "padded with zeros", lambda batch: np.pad(batch, edges)
        yield "padded with the lowest value", lambda batch: np.pad(batch, edges, constant_values=float(batch.min()))
    tall, wide = _bilinear(ours[0], theirs[0]), _bilinear(ours[1], theirs[1])
    yield "resized bilinearly", lambda batch: np.einsum("ih,nchw,jw->ncij", tall, batch, wide, optimize=True)


def _bilinear(ours: int, theirs: int) -> Any:
    """Weights `(theirs, ours)` of linear interpolation between the centres of pixels, edges repeated."""
    places = np.clip((np.arange(theirs) + 0.5) * ours / theirs - 0.5, 0, ours - 1)
    return np.maximum(0, 1 - np.abs(places[:, None] - np.arange(ours)[None])).astype(np.float32)


def _as(dtype: str) -> Callable[[Any], Any]:
    """Bytes where they were fed bytes; other kinds of floats are JAX's own business."""
    if "int" in dtype:
        limits = np.iinfo(dtype)
        return lambda batch: np.rint(batch).clip(limits.min, limits.max).astype(dtype)
    return lambda batch: np.ascontiguousarray(batch, dtype=np.float32 if dtype != "float64" else np.float64)


def _then(first: Callable[[Any], Any], second: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda batch: second(first(batch))


def _to_last(batch: Any) -> Any:
    return batch.transpose(0, 2, 3, 1)


def _flat(batch: Any) -> Any:
    return batch.reshape(len(batch), -1)


def _no_channel(batch: Any) -> Any:
    return batch[:, 0]
