"""A batch of the paper beside the picture most like it, as one PNG; tiles that are not in the other are framed."""

from __future__ import annotations

import io

from validator.measuring.probes.figure_blocks import Pixels
from validator.measuring.probes.figure_matching import Bools

SIDE = 400
GAP, HEAD = 24, 26
FRAME = (200, 30, 30)
TYPE_SIZE = 15


def drawn(left: Pixels, right: Pixels | None, *, words: tuple[str, str], rows: int, columns: int, lost: Bools) -> bytes:
    """Both pictures at one height with their words above; `lost` (rows * columns,) marks the tiles to frame."""
    from PIL import Image, ImageDraw, ImageFont

    pictures = [_high(each) for each in (left, right) if each is not None]
    width = sum(each.width for each in pictures) + GAP * (len(pictures) - 1)
    canvas = Image.new("RGB", (width, SIDE + HEAD), "white")
    pen = ImageDraw.Draw(canvas)
    begin = 0
    for picture, said in zip(pictures, words, strict=False):
        canvas.paste(picture, (begin, HEAD))
        pen.text((begin, 4), said, fill=(30, 30, 30), font=ImageFont.load_default(TYPE_SIZE))
        begin += picture.width + GAP
    high, wide = SIDE / rows, pictures[0].width / columns
    for number in (int(each) for each in lost.nonzero()[0]):
        row, column = divmod(number, columns)
        corners = [column * wide, HEAD + row * high, (column + 1) * wide - 1, HEAD + (row + 1) * high - 1]
        pen.rectangle(corners, outline=FRAME, width=3)
    stream = io.BytesIO()
    canvas.save(stream, format="PNG", optimize=True)
    return stream.getvalue()


def _high(pixels: Pixels):  # type: ignore[no-untyped-def]  # Pillow is not loaded by whoever reads this
    from PIL import Image

    picture = Image.fromarray(pixels)
    width = max(round(picture.width * SIDE / picture.height), 1)
    how = Image.Resampling.NEAREST if picture.height < SIDE else Image.Resampling.BOX
    return picture.resize((min(width, 4 * SIDE), SIDE), how)
