"""Pictures for the tests of figures: tiles that look like small photographs, grids, strips, plots, and papers."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

Pixels = Any


def tiles(count: int, *, seed: int = 0, side: int = 32) -> Pixels:
    """Smooth colours with an object and a little noise, uint8 (count, side, side, 3)."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        coarse = np.clip(rng.normal(128, 55, (5, 5, 3)), 0, 255).astype(np.uint8)
        tile = np.asarray(Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC)).astype(float)
        y, x = rng.uniform(8, side - 8, 2)
        near = (np.arange(side)[:, None] - y) ** 2 + (np.arange(side) - x) ** 2 < rng.uniform(4, 9) ** 2
        tile[near] = 0.4 * tile[near] + 0.6 * rng.uniform(0, 255, 3)
        made.append(np.clip(tile + rng.normal(0, 6, tile.shape), 0, 255).astype(np.uint8))
    return np.stack(made)


def grid(cells: Pixels, rows: int, columns: int, *, gap: int = 0, colour: int = 255, framed: bool = False) -> Pixels:
    """Tiles in reading order, with gaps between them and, framed, around them."""
    side, rim = cells.shape[1], gap if framed else 0
    high, wide = (count * (side + gap) - gap + 2 * rim for count in (rows, columns))
    canvas = np.full((high, wide, 3), colour, dtype=np.uint8)
    for number in range(rows * columns):
        row, column = divmod(number, columns)
        top, left = rim + row * (side + gap), rim + column * (side + gap)
        canvas[top : top + side, left : left + side] = cells[number]
    return canvas


def strips(rows: int, steps: int, *, seed: int = 0) -> Pixels:
    """Rows that go over from one tile to another, uint8 (rows * steps, 32, 32, 3)."""
    first, last = tiles(rows, seed=seed).astype(float), tiles(rows, seed=seed + 1000).astype(float)
    ways = np.linspace(0, 1, steps)
    return np.stack([first[row] * (1 - t) + last[row] * t for row in range(rows) for t in ways]).astype(np.uint8)


def scaled(pixels: Pixels, share: float, how: Image.Resampling = Image.Resampling.BILINEAR) -> Pixels:
    """Made larger or smaller."""
    size = round(pixels.shape[1] * share), round(pixels.shape[0] * share)
    return np.asarray(Image.fromarray(pixels).resize(size, how))


def jpeg(pixels: Pixels, quality: int) -> Pixels:
    """As it comes back from a JPEG."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, format="JPEG", quality=quality)
    return np.asarray(Image.open(stream).convert("RGB"))


def margin(pixels: Pixels, *, width: int, colour: int = 255) -> Pixels:
    """With so much around it."""
    return np.pad(pixels, ((width, width), (width, width), (0, 0)), constant_values=colour)


def png(pixels: Pixels) -> bytes:
    """The bytes of a PNG."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, format="PNG")
    return stream.getvalue()


def drawn(figure: Any, dpi: int = 100) -> Pixels:
    """A matplotlib figure as pixels."""
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=dpi)
    return np.asarray(Image.open(stream).convert("RGB"))


def paper(path: Path, *pages: list[tuple[Pixels, tuple[float, float, float, float]] | str]) -> Path:
    """A PDF of letter pages: pictures at left, bottom, width, height in points, and lines of text from the top."""
    canvas = Canvas(str(path), pagesize=(612, 792), invariant=1)
    for page in pages:
        line = 760
        for item in page:
            if isinstance(item, str):
                canvas.drawString(72, line, item)
                line -= 12
            else:
                pixels, place = item
                canvas.drawImage(ImageReader(Image.fromarray(pixels)), *place)
        canvas.showPage()
    canvas.save()
    return path
