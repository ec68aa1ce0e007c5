"""Ways to bring images `(n, c, h, w)` to another size, as students do: framed, cropped, resized. Knows sizes only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

interpolate = torch.nn.functional.interpolate


@dataclass(frozen=True, kw_only=True)
class Geometry:
    """One way; `edges` is how many pixels it leaves free to the left, right, top and bottom."""

    words: str
    apply: Callable[[Any], Any]
    edges: tuple[int, int, int, int] = (0, 0, 0, 0)

    def inner(self, images: Any) -> Any:
        """The part of `(n, c, h, w)` that it fills."""
        left, right, top, bottom = self.edges
        return images[:, :, top : images.shape[2] - bottom, left : images.shape[3] - right]


def geometries(ours: tuple[int, int], theirs: tuple[int, int]) -> Iterator[Geometry]:
    """Those that lead from our size to theirs, likeliest first."""
    if ours == theirs:
        yield Geometry(words="", apply=lambda images: images)
        return
    rows, columns = theirs[0] - ours[0], theirs[1] - ours[1]
    if rows >= 0 and columns >= 0:
        edges = (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2)
        yield Geometry(words="padded", apply=lambda images: images, edges=edges)
    elif rows <= 0 and columns <= 0:
        top, left = -rows // 2, -columns // 2
        yield Geometry(
            words="cropped to the centre",
            apply=lambda images: images[:, :, top : top + theirs[0], left : left + theirs[1]],
        )
    yield from _resizes(theirs)


def _resizes(theirs: tuple[int, int]) -> Iterator[Geometry]:
    ways: tuple[tuple[str, dict[str, Any]], ...] = (
        ("resized bilinearly", {"mode": "bilinear", "antialias": True}),
        ("resized bilinearly without antialiasing", {"mode": "bilinear"}),
        ("resized bilinearly with aligned corners", {"mode": "bilinear", "align_corners": True}),
        ("resized bicubically", {"mode": "bicubic", "antialias": True}),
        ("resized bicubically without antialiasing", {"mode": "bicubic"}),
        ("resized to the nearest pixels", {"mode": "nearest"}),
        ("resized to the nearest exact pixels", {"mode": "nearest-exact"}),
        ("resized by areas", {"mode": "area"}),
    )
    for words, options in ways:
        yield Geometry(words=words, apply=_resize(theirs, options))


def _resize(size: tuple[int, int], options: dict[str, Any]) -> Callable[[Any], Any]:
    return lambda images: interpolate(images, size=size, **options)
