"""What was done to single tiles of a batch is named; what happened to the whole batch on its way is not."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from tests.measuring.probes import pictured
from validator.measuring.probes.figure_apart import Looked, looked
from validator.measuring.probes.figure_grids import Grid, grids
from validator.measuring.probes.figure_matching import Tiles, match

CELLS = pictured.tiles(24, seed=5)
CELLS[15] = np.clip(CELLS[15] + 30.0 * np.sin(np.arange(32) * 0.9)[None, :, None], 0, 255)
"""A tile with fine lines."""
STORED = pictured.grid(CELLS, 4, 6, gap=2, colour=0, framed=True)


def only(pixels: pictured.Pixels) -> Grid:
    (grid,) = grids(pixels)
    return grid


def close(paper: pictured.Pixels, stored: pictured.Pixels = STORED) -> Looked:
    ours, theirs = only(paper), only(stored)
    asked, offered = Tiles.of_grid(ours, shifted=True), Tiles.of_grid(theirs)
    return looked(ours, asked, theirs, offered, match(asked, offered))


def apart(cells: pictured.Pixels) -> dict[int, str]:
    """What is told of these tiles in a paper that enlarged them and stored a JPEG."""
    made = pictured.grid(cells, 4, 6, gap=2, colour=0, framed=True)
    return {each.number: each.words for each in close(pictured.jpeg(pictured.scaled(made, 1.6), 70)).apart}


def with_tile(number: int, tile: pictured.Pixels) -> pictured.Pixels:
    cells = CELLS.copy()
    cells[number] = tile
    return cells


def stroked(tile: pictured.Pixels) -> pictured.Pixels:
    """A thin brush stroke of another brightness than what it crosses."""
    picture = Image.fromarray(tile)
    light = int(np.mean(tile)) < 128
    ImageDraw.Draw(picture).line((9, 20, 15, 14, 24, 11), fill=(235,) * 3 if light else (20,) * 3, width=2)
    return np.asarray(picture)


HONEST = {
    "jpeg": lambda made: pictured.jpeg(made, 40),
    "smaller": lambda made: pictured.scaled(made, 0.7),
    "unsmoothed": lambda made: pictured.scaled(made, 1.7, Image.Resampling.NEAREST),
    "grey": lambda made: np.asarray(Image.fromarray(made).convert("L").convert("RGB")),
    "gamma": lambda made: (255 * (made / 255.0) ** 1.2).astype(np.uint8),
    "duller": lambda made: (30 + 0.6 * made.astype(float)).astype(np.uint8),
    "palette": lambda made: np.asarray(Image.fromarray(made).quantize(256).convert("RGB")),
    "cropped": lambda made: pictured.scaled(made, 1.5)[6:-5, 5:-4],
}


@pytest.mark.parametrize("way", sorted(HONEST))
def test_what_happened_to_the_whole_batch_sets_no_tile_apart(way: str) -> None:
    assert close(HONEST[way](STORED)) == Looked()


def test_plots_of_their_own_set_no_tile_apart() -> None:
    from matplotlib.figure import Figure as Plot

    plot = Plot(figsize=(6, 4))
    for axis, tile in zip(plot.subplots(4, 6).ravel(), CELLS, strict=True):
        axis.imshow(tile)
        axis.axis("off")
    assert close(pictured.drawn(plot, 90)) == Looked()


def test_a_thin_stroke_is_a_spot() -> None:
    found = apart(with_tile(20, stroked(CELLS[20])))
    assert list(found) == [20]
    assert found[20].startswith("a spot that differs by ")


def contrasted(tile: pictured.Pixels) -> pictured.Pixels:
    return np.clip((tile - tile.mean()) * 1.4 + tile.mean(), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (contrasted, "more contrast than the others"),
        (lambda tile: np.clip(tile.astype(float) + 25, 0, 255).astype(np.uint8), "brighter or of more colour"),
        (lambda tile: np.asarray(Image.fromarray(tile).filter(ImageFilter.GaussianBlur(1.5))), "smoother"),
        (lambda tile: tile[:, ::-1], "mirrored"),
        (np.rot90, "turned"),
        (lambda tile: pictured.tiles(1, seed=99)[0], "another picture"),
        (lambda tile: CELLS[7], "the tile of row 2 column 2 once more"),
    ],
)
def test_what_was_done_to_one_tile_is_named(change, words: str) -> None:
    found = apart(with_tile(15, change(CELLS[15])))
    assert list(found) == [15]
    assert found[15].startswith(words)


def test_exchanged_tiles_are_named_by_each_other() -> None:
    cells = CELLS.copy()
    cells[[5, 20]] = CELLS[[20, 5]]
    assert apart(cells) == {5: "the tile of row 4 column 3", 20: "the tile of row 1 column 6"}


def test_the_same_latents_through_another_network_are_alike_only() -> None:
    other = np.clip(0.65 * CELLS + 0.35 * pictured.tiles(24, seed=6), 0, 255).astype(np.uint8)
    assert close(pictured.grid(other, 4, 6, gap=2, colour=0, framed=True)) == Looked(alike_only=True)
