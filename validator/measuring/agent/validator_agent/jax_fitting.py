"""Recovers exactly how images were prepared, without torch: the official image behind each that was fed, and the map.

For each channel that was fed, the map is a weighed sum of the three official ones and an offset: scaling,
normalisation, swapped channels and grey are of that form. The same as `fitting`, for pictures of the official size;
others are prepared by their ranges. Knows images; nothing of networks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .signatures import COLUMNS, SIDE, projections

FEWEST, FARTHEST, CLEARLY = 4, 0.9, 0.5
"""Pairs of an official image and what was fed; distances of signatures, as outside."""
EXACT, ROUNDED = 2e-3, 1e-2
"""Root mean square of what a fit leaves over, in standard deviations of what was fed."""
SNAP = 1e-4
SAME = 1e-3
"""Distance below which two official images are the same picture."""
CHUNK = 4096
LUMA = (0.2989, 0.587, 0.114)
MEAN = (1 / 3, 1 / 3, 1 / 3)
GREYS = (MEAN, LUMA, (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
Way = Callable[[Any], Any]


class Official:
    """The harness's images float32 `(n, 3, 28, 28)`, and their signatures by how channels were arranged."""

    def __init__(self, images: Any) -> None:
        self.images = images
        self._signatures: dict[Any, Any] = {}

    def fits(self) -> bool:
        """Whether they have the size that signatures are taken at."""
        return tuple(self.images.shape[1:]) == (3, SIDE, SIDE)

    def behind(self, fed: Any) -> tuple[Any, Any] | None:
        """Official images `(m, 3, 28, 28)` beside what was made of them `(m, c, 28, 28)`; None where they are few."""
        theirs = signatures(fed)
        best: tuple[Any, Any] = (np.zeros(0, int), np.zeros(0, int))
        for weights in (None, (2, 1, 0)) if fed.shape[1] == 3 else GREYS:
            for turned in (theirs, -theirs):  # what was inverted has the opposite signature
                found = _matches(turned, self._signed(weights))
                best = found if len(found[1]) > len(best[1]) else best
            if len(best[1]) * 10 >= 9 * len(fed):
                break
        if len(best[1]) < max(FEWEST, len(fed) // 4):
            return None
        return np.array(self.images[best[0]], dtype=np.float64), fed[best[1]].astype(np.float64)

    def _signed(self, weights: Any) -> Any:
        if weights not in self._signatures:
            starts = range(0, len(self.images), CHUNK)
            parts = (np.array(self.images[first : first + CHUNK], dtype=np.float32) for first in starts)
            self._signatures[weights] = np.concatenate([signatures(_arranged(part, weights)) for part in parts])
        return self._signatures[weights]


def fitted(official: Official, rows: Any, *, whole: bool = False) -> tuple[str, Way] | None:
    """Words and the map of float32 `(n, 3, 28, 28)` that made these rows; None where none made them exactly.

    `whole` says that they were rounded to whole numbers.
    """
    for layout, view, restore in _layouts(rows):
        pairs = official.behind(view(rows))
        if pairs is None:
            continue
        ours, theirs = pairs
        for norm_words, norm in NORMS:
            weights, offsets, left_over = _solved(norm(ours), theirs)
            if left_over < (ROUNDED if whole else EXACT):
                words = ", ".join(part for part in (norm_words, _words(weights, offsets), layout) if part)
                return words, _map(norm, weights, offsets, restore)
    return None


def signatures(images: Any) -> Any:
    """Float32 `(n, 12)` of images `(n, c, 28, 28)`, as `signatures.signatures`."""
    count, channels = images.shape[:2]
    values = np.asarray(images, dtype=np.float32).reshape(count, channels, -1)
    centred = values - values.mean(2, keepdims=True)
    norms = np.linalg.norm(centred, axis=2)
    kernels = projections().reshape(channels, COLUMNS // channels, -1)
    found = np.einsum("ncp,ckp->nck", centred, kernels, optimize=True) / np.maximum(norms, 1e-12)[..., None]
    found = found * (norms > 1e-4 * np.abs(values).max(2))[..., None]
    return found.reshape(count, COLUMNS)


def _arranged(images: Any, weights: Any) -> Any:
    if weights is None:
        return images
    if all(type(weight) is int for weight in weights):
        return images[:, list(weights)]
    return np.tensordot(images, np.asarray(weights, dtype=np.float32), axes=(1, 0))[:, None]


def _matches(theirs: Any, known: Any) -> tuple[Any, Any]:
    """Places of official images, and of the rows that clearly are theirs."""
    places, rows = [], []
    for row, one in enumerate(theirs):
        distances = np.linalg.norm(known - one, axis=1)
        place = int(distances.argmin())
        nearest = float(distances[place])
        others = distances[distances > nearest + SAME]
        clear = not len(others) or nearest <= CLEARLY * float(others.min())
        if one.any() and nearest <= FARTHEST and clear:
            places.append(place)
            rows.append(row)
    return np.array(places, dtype=int), np.array(rows, dtype=int)


def _layouts(rows: Any) -> Iterator[tuple[str, Way, Way]]:
    """Words, a view of the rows as `(n, c, 28, 28)`, and the way back."""
    shape = tuple(rows.shape[1:])
    if shape in ((3, SIDE, SIDE), (1, SIDE, SIDE)):
        yield "", lambda batch: batch, lambda batch: batch
    elif shape in ((SIDE, SIDE, 3), (SIDE, SIDE, 1)):
        yield "channels last", lambda batch: batch.transpose(0, 3, 1, 2), lambda batch: batch.transpose(0, 2, 3, 1)
    elif shape == (SIDE, SIDE):
        yield "", lambda batch: batch[:, None], lambda batch: batch[:, 0]
    elif len(shape) == 1 and shape[0] in (SIDE * SIDE, 3 * SIDE * SIDE):
        yield "flattened", lambda batch: batch.reshape(len(batch), -1, SIDE, SIDE), _flat
        if shape[0] > SIDE * SIDE:
            last: Way = lambda batch: batch.reshape(-1, SIDE, SIDE, 3).transpose(0, 3, 1, 2)  # noqa: E731
            yield "channels last, flattened", last, lambda batch: _flat(batch.transpose(0, 2, 3, 1))


def _flat(batch: Any) -> Any:
    return batch.reshape(len(batch), -1)


def _plain(images: Any) -> Any:
    return images


def _by_image(images: Any) -> Any:
    return _standardised(images, (1, 2, 3))


def _by_channel(images: Any) -> Any:
    return _standardised(images, (2, 3))


def _standardised(images: Any, over: tuple[int, ...]) -> Any:
    return (images - images.mean(over, keepdims=True)) / np.maximum(images.std(over, keepdims=True), 1e-6)


NORMS: tuple[tuple[str, Way], ...] = (
    ("", _plain),
    ("each image standardised", _by_image),
    ("each channel of an image standardised", _by_channel),
)


def _solved(ours: Any, theirs: Any) -> tuple[Any, Any, float]:
    """Weights `(c, 3)` and offsets `(c,)` by least squares, and what they leave over."""
    table = np.column_stack([ours.transpose(0, 2, 3, 1).reshape(-1, 3), np.ones(ours[:, 0].size)])
    wanted = theirs.transpose(0, 2, 3, 1).reshape(-1, theirs.shape[1])
    solved = np.linalg.lstsq(table, wanted, rcond=None)[0]
    left_over = float(np.sqrt(np.square(table @ solved - wanted).mean()) / (wanted.std() or 1.0))
    weights, offsets = solved[:3].T, solved[3]
    scale = float(np.abs(weights).max()) or 1.0
    # What rounding left in place of 0 and 1 is 0 and 1.
    weights = np.where(np.abs(weights) < SNAP * scale, 0.0, weights)
    weights = np.where(np.abs(weights - 1) < SNAP, 1.0, weights)
    return weights, np.where(np.abs(offsets) < SNAP * scale, 0.0, offsets), left_over


def _map(norm: Way, weights: Any, offsets: Any, restore: Way) -> Way:
    mix, shift = weights.astype(np.float32), offsets.astype(np.float32).reshape(1, -1, 1, 1)

    def apply(batch: Any) -> Any:
        values = np.tensordot(norm(batch), mix, axes=(1, 1)).transpose(0, 3, 1, 2) + shift
        return restore(values.astype(np.float32))

    return apply


def _words(weights: Any, offsets: Any) -> str:
    if len(weights) == 1:
        if np.ptp(weights) < 0.01 * np.abs(weights).max():
            return "mean of the channels"
        alike = np.allclose(weights[0], np.array(LUMA) * weights.sum(), rtol=0.02)
        return "grey by luma" if alike else "one channel of three, weighed"
    own = weights.diagonal()
    if (weights != np.diag(own)).any():
        return "channels reversed" if (weights[:, ::-1].diagonal() != 0).all() else "channels mixed"
    if (own == 1).all() and not offsets.any():
        return ""
    spread, size = max(np.ptp(own), np.ptp(offsets)), max(np.abs(own).max(), np.abs(offsets).max())
    return f"one affine map for {'all channels' if spread < 1e-3 * size else 'each channel'}"
