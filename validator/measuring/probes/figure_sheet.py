"""A grid of the paper beside the picture most like it, as one PNG; tiles that differ are framed, and enlarged below."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np

from validator.measuring.probes.figure_blocks import Pixels
from validator.measuring.probes.figure_grids import Grid
from validator.measuring.probes.figure_lines import Floats
from validator.measuring.probes.figure_matching import Bools, Indices

SIDE, WIDEST = 400, 1600
GAP, HEAD = 24, 26
FRAME = (200, 30, 30)
INK = (30, 30, 30)
TYPE_SIZE = 15
TILE, MOST_CLOSE = 128, 6


def drawn(
    ours: Grid,
    *,
    words: str,
    beside: Grid | None = None,
    beside_words: str = "",
    at: Indices | None = None,
    lost: Bools | None = None,
    close: Mapping[int, str] | None = None,
) -> bytes:
    """Both grids with their words above.

    `lost` (n,) marks our tiles to frame, `at` (n,) where each stands beside (-1: nowhere), and `close` names those to
    enlarge.
    """
    marked = [int(each) for each in np.flatnonzero(lost)] if lost is not None else []
    places = {each: int(at[each]) for each in marked if at is not None and at[each] >= 0}
    panels = [_panel(ours, words, marked)]
    if beside is not None:
        panels.append(_panel(beside, beside_words, list(places.values())))
    rows = [_beside(panels)]
    if beside is not None and at is not None:
        enlarged = [_close(ours, beside, number, places.get(number, -1), said) for number, said in _first(close)]
        rows += [_beside(enlarged[first : first + 2]) for first in range(0, len(enlarged), 2)]
    stream = io.BytesIO()
    _below(rows).save(stream, format="PNG")
    return stream.getvalue()


def _first(close: Mapping[int, str] | None) -> list[tuple[int, str]]:
    return list((close or {}).items())[:MOST_CLOSE]


def _panel(grid: Grid, words: str, marked: list[int]) -> Any:
    """One grid at a common height with tiles framed."""
    from PIL import ImageDraw

    picture = _high(grid.framed, SIDE)
    pen = ImageDraw.Draw(picture)
    top, left = int(grid.down[0][0]), int(grid.along[0][0])
    scale_down, scale_along = picture.height / grid.framed.shape[0], picture.width / grid.framed.shape[1]
    for number in marked:
        if number >= grid.count:
            continue
        row, column = divmod(number, grid.columns)
        down = [(each - top) * scale_down for each in grid.down[row]]
        along = [(each - left) * scale_along for each in grid.along[column]]
        pen.rectangle((along[0], down[0], along[1] - 1, down[1] - 1), outline=FRAME, width=3)
    return _under(words, picture)


def _close(ours: Grid, theirs: Grid, number: int, at: int, words: str) -> Any:
    """One tile of the paper, its fellow, and three times their difference on grey."""
    tiles = [_tile(ours, number)] + ([_tile(theirs, at)] if 0 <= at < theirs.count else [])
    if len(tiles) == 2:
        small = [each.resize((32, 32)) for each in tiles]
        apart = np.asarray(small[0], dtype=np.float64) - np.asarray(small[1], dtype=np.float64)
        tiles.append(_image(np.clip(128 + 3 * (apart - np.median(apart, axis=(0, 1))), 0, 255)))
    return _under(words, _beside([each.resize((TILE, TILE), 0) for each in tiles], gap=8))


def _tile(grid: Grid, number: int) -> Any:
    row, column = divmod(number, grid.columns)
    (top, bottom), (left, right) = grid.down[row], grid.along[column]
    return _image(grid.pixels[int(top) : max(int(bottom), int(top) + 1), int(left) : max(int(right), int(left) + 1)])


def _image(pixels: Pixels | Floats) -> Any:
    from PIL import Image

    return Image.fromarray(np.asarray(pixels, dtype=np.uint8))


def _under(words: str, picture: Any) -> Any:
    """A picture below its words."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(TYPE_SIZE)
    canvas = Image.new("RGB", (max(picture.width, int(font.getlength(words)) + 1), picture.height + HEAD), "white")
    canvas.paste(picture, (0, HEAD))
    ImageDraw.Draw(canvas).text((0, 4), words, fill=INK, font=font)
    return canvas


def _beside(pictures: list[Any], gap: int = GAP) -> Any:
    from PIL import Image

    width = sum(each.width for each in pictures) + gap * (len(pictures) - 1)
    canvas = Image.new("RGB", (width, max(each.height for each in pictures)), "white")
    begin = 0
    for each in pictures:
        canvas.paste(each, (begin, 0))
        begin += each.width + gap
    return canvas


def _below(pictures: list[Any]) -> Any:
    from PIL import Image

    canvas = Image.new("RGB", (max(each.width for each in pictures), sum(each.height for each in pictures)), "white")
    begin = 0
    for each in pictures:
        canvas.paste(each, (0, begin))
        begin += each.height
    return canvas


def _high(pixels: Pixels, height: int) -> Any:
    from PIL import Image

    picture = Image.fromarray(pixels)
    width = max(round(picture.width * height / picture.height), 1)
    how = Image.Resampling.NEAREST if picture.height < height else Image.Resampling.BOX
    return picture.resize((min(width, WIDEST), height), how)
