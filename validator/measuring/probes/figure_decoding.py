"""Images as arrays: those of a PDF and those of files, within bounds of pixels. Pillow and numpy, in the child only."""

from __future__ import annotations

import io
import warnings
from typing import Any

import numpy as np

from validator.measuring.probes.figure_blocks import Pixels

MOST_PIXELS = 24_000_000
MOST_SIDE = 900
"""Longer pictures are made smaller: 16 tiles of 32 pixels stay larger than they are compared at."""
LEAST_SIDE = 4
DEEP = 16
CODED = ("/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode")
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")


class Undecodable(Exception):
    """An image that is broken, too large, or of a kind that is not read."""


def of_pdf(image: Any) -> Pixels:
    """An image object of a PDF as uint8 (height, width, 3) on white. Raises Undecodable."""
    try:
        width, height = int(image.get("/Width", 0)), int(image.get("/Height", 0))
    except (TypeError, ValueError) as error:
        raise Undecodable("it has no size") from error
    _check(width, height)
    try:
        if image.get("/BitsPerComponent") == DEEP and image.get("/Filter") not in CODED:
            return _on_white(_deep(image.get_data(), width, height))
        return _on_white(image.decode_as_image())
    except MemoryError:
        raise
    except Exception as error:
        raise Undecodable(type(error).__name__) from error


def of_bytes(content: bytes) -> Pixels:
    """The bytes of an image file as uint8 (height, width, 3) on white. Raises Undecodable."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                _check(*image.size)
                return _on_white(image)
    except (MemoryError, Undecodable):
        raise
    except Exception as error:
        raise Undecodable(type(error).__name__) from error


def _deep(data: bytes, width: int, height: int) -> Any:
    """Samples of 16 bits, which pypdf reads as twice as many of 8: their upper halves, as grey or RGB."""
    from PIL import Image

    upper = np.frombuffer(data, dtype=np.uint8)[::2]
    parts = len(upper) // (width * height)
    if parts not in (1, 3):
        raise Undecodable("samples of 16 bits")
    shape = (height, width, 3) if parts == 3 else (height, width)
    return Image.fromarray(upper[: width * height * parts].reshape(shape))


def resized(pixels: Pixels, *, width: int, height: int) -> Pixels:
    """Made larger or smaller, smoothly."""
    from PIL import Image

    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.BILINEAR))


def _check(width: int, height: int) -> None:
    if min(width, height) < LEAST_SIDE or width * height > MOST_PIXELS:
        raise Undecodable(f"{width} x {height} pixels")


def _on_white(image: Any) -> Pixels:
    from PIL import Image

    _check(*image.size)
    if max(image.size) > MOST_SIDE:
        image.draft("RGB", (MOST_SIDE, MOST_SIDE))
    if "A" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image = image.convert("RGB")
    share = MOST_SIDE / max(image.size)
    if share < 1:
        size = (max(round(image.width * share), 1), max(round(image.height * share), 1))
        image = image.resize(size, Image.Resampling.BOX)
    return np.asarray(image, dtype=np.uint8)
