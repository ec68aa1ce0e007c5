"""A batch is read as the page shows it, however its image is stored, turned or put in the middle of the page."""

from __future__ import annotations

import io
import zlib

import numpy as np
import pypdf
import pytest

from fixtures.paper_hostile import raw_pdf
from tests.measuring.probes import pictured
from validator.measuring.probes.figure_budget import Budget
from validator.measuring.probes.figure_grids import Grid
from validator.measuring.probes.figure_pages import figures

BATCH = pictured.grid(pictured.tiles(16, seed=5), 4, 4, gap=2, colour=0, framed=True)
HIGH, WIDE, _ = BATCH.shape


def grid_on(content: bytes, *objects: bytes) -> Grid:
    stream = b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)
    made = raw_pdf(stream, objects=objects, resources=b"<</XObject<</F0 5 0 R>>>>")
    found = figures(list(pypdf.PdfReader(io.BytesIO(made)).pages), Budget(cpu_seconds=60))
    (grid,) = [one.grid for one in found.shown if one.grid is not None]
    return grid


def image(pixels: np.ndarray, *, bits: int = 8, more: bytes = b"") -> bytes:
    data = zlib.compress(pixels.tobytes())
    space = b"/DeviceRGB" if pixels.ndim == 3 else b"/DeviceGray"
    head = b"<</Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent %d/ColorSpace%s/Filter/FlateDecode%s"
    values = (pixels.shape[1], pixels.shape[0], bits, space, more, len(data))
    return (head + b"/Length %d>>stream\n") % values + data + b"\nendstream"


def is_the_batch(grid: Grid) -> bool:
    """Without the frame around it, which belongs to no tile."""
    inner = BATCH[2:-2, 2:-2].astype(int)
    return grid.framed.shape == inner.shape and bool(np.abs(grid.framed - inner).max() <= 1)


@pytest.mark.parametrize(
    ("matrix", "stored"),
    [
        (b"300 0 0 300 100 300", BATCH),
        (b"300 0 0 -300 100 600", BATCH[::-1]),
        (b"-300 0 0 300 400 300", BATCH[:, ::-1]),
        (b"0 -300 300 0 100 600", np.rot90(BATCH)),
        (b"0 300 -300 0 400 300", np.rot90(BATCH, 3)),
        (b"0 300 300 0 100 300", BATCH[::-1, ::-1].transpose(1, 0, 2)),
    ],
)
def test_an_image_that_the_page_turns_is_read_as_it_stands(matrix: bytes, stored: np.ndarray) -> None:
    assert is_the_batch(grid_on(b"q %s cm /F0 Do Q" % matrix, image(np.ascontiguousarray(stored))))


def test_an_inline_image_is_one_like_others() -> None:
    data = zlib.compress(BATCH.tobytes()).hex().encode()
    words = b"q 300 0 0 300 100 300 cm BI /W %d /H %d /BPC 8 /CS /RGB /F [/AHx /Fl] ID %s> EI Q"
    assert is_the_batch(grid_on(words % (WIDE, HIGH, data)))


def test_samples_of_sixteen_bits_are_read() -> None:
    deep = BATCH.astype(">u2") * 257
    assert is_the_batch(grid_on(b"q 300 0 0 300 100 300 cm /F0 Do Q", image(deep, bits=16)))


def test_inverted_samples_are_read_as_shown() -> None:
    inverted = image(255 - BATCH, more=b"/Decode[1 0 1 0 1 0]")
    assert is_the_batch(grid_on(b"q 300 0 0 300 100 300 cm /F0 Do Q", inverted))
