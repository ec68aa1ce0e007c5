"""Grids in pictures: found with their shape in every style, and not found among ordinary pictures."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from tests.measuring.probes import pictured
from validator.measuring.probes import figure_decoding
from validator.measuring.probes.figure_gradual import strips
from validator.measuring.probes.figure_grids import Grid, grids

RESAMPLING = Image.Resampling


def shapes(pixels: pictured.Pixels) -> list[tuple[int, int]]:
    return [(grid.rows, grid.columns) for grid in grids(pixels)]


def pictures(pixels: pictured.Pixels) -> list[tuple[int, int]]:
    return [(grid.rows, grid.columns) for grid in grids(pixels) if not grid.is_flat]


@pytest.mark.parametrize("shape", [(8, 8), (6, 6), (10, 10), (4, 16), (16, 16)])
@pytest.mark.parametrize(("gap", "colour", "framed"), [(0, 0, False), (2, 0, True), (2, 255, False), (8, 255, False)])
def test_a_grid_is_found_with_its_shape(shape, gap, colour, framed):
    cells = pictured.tiles(shape[0] * shape[1])
    assert shapes(pictured.grid(cells, *shape, gap=gap, colour=colour, framed=framed)) == [shape]


@pytest.mark.parametrize("quality", [90, 60, 40])
@pytest.mark.parametrize("share", [0.5, 1.3, 2.7])
@pytest.mark.parametrize("gap", [0, 2])
def test_resampling_and_jpeg_hide_no_grid(quality, share, gap):
    made = pictured.grid(pictured.tiles(64, seed=3), 8, 8, gap=gap, colour=0)
    assert shapes(pictured.jpeg(pictured.scaled(made, share), quality)) == [(8, 8)]


def test_pixels_enlarged_without_smoothing_are_no_tiles():
    made = pictured.grid(pictured.tiles(64), 8, 8)
    assert shapes(pictured.scaled(made, 3, RESAMPLING.NEAREST)) == [(8, 8)]


def test_margins_and_a_title_are_left_out():
    figure = Figure(figsize=(6, 6))
    axis = figure.subplots()
    axis.imshow(pictured.grid(pictured.tiles(64), 8, 8, gap=2, colour=0, framed=True))
    axis.set_title("Samples of the model")
    assert shapes(pictured.drawn(figure)) == [(8, 8)]


@pytest.mark.parametrize("titled", [False, True])
def test_tiles_drawn_as_plots_of_their_own_are_a_grid(titled):
    figure = Figure(figsize=(8, 9))
    for number, (axis, tile) in enumerate(zip(figure.subplots(8, 8).ravel(), pictured.tiles(64), strict=True)):
        axis.imshow(tile)
        axis.axis("off")
        if titled:
            axis.set_title(f"class {number}", fontsize=6)
    assert shapes(pictured.drawn(figure)) == [(8, 8)]


def test_two_panels_of_one_picture_are_two_grids():
    left = pictured.grid(pictured.tiles(64), 8, 8, gap=2, colour=0, framed=True)
    right = pictured.grid(pictured.strips(8, 10), 8, 10, gap=2, colour=0, framed=True)
    for between in (12, 34, 70):
        white = np.full((len(left), between, 3), 255, dtype=np.uint8)
        assert sorted(shapes(np.concatenate([left, white, right], axis=1))) == [(8, 8), (8, 10)]


def test_a_grid_beside_a_plot_is_found():
    figure = Figure(figsize=(10, 4))
    first, second = figure.subplots(1, 2)
    first.imshow(pictured.grid(pictured.tiles(64), 8, 8, gap=2))
    second.plot(np.log(np.arange(1, 100)))
    assert pictures(pictured.drawn(figure, 120)) == [(8, 8)]


def photo(rng: np.random.Generator) -> pictured.Pixels:
    """Clouds of many sizes with edges of things in them, as photographs have; sometimes through a JPEG."""
    high, wide = (int(each) for each in rng.integers(90, 400, 2))
    canvas = np.zeros((high, wide, 3))
    for size in (3, 6, 12, 25, 50):
        coarse = np.clip(rng.normal(128, 300 / size**0.8, (size, size, 3)), 0, 255).astype(np.uint8)
        canvas += np.asarray(Image.fromarray(coarse).resize((wide, high), RESAMPLING.BICUBIC)) / 5.0
    for _ in range(int(rng.integers(0, 9))):
        top, left = int(rng.integers(0, high - 20)), int(rng.integers(0, wide - 20))
        canvas[top : top + int(rng.integers(8, 90)), left : left + int(rng.integers(8, 90))] *= rng.uniform(0.3, 1.2, 3)
    made = np.clip(canvas, 0, 255).astype(np.uint8)
    return pictured.jpeg(made, 60) if rng.random() < 0.5 else made


def noise(rng: np.random.Generator) -> pictured.Pixels:
    side = int(rng.integers(4, 60))
    coarse = rng.integers(0, 256, (side, side, 3)).astype(np.uint8)
    size = int(rng.integers(150, 420)), int(rng.integers(150, 420))
    return np.asarray(Image.fromarray(coarse).resize(size, RESAMPLING(int(rng.choice([0, 2, 3])))))


def plot(rng: np.random.Generator) -> pictured.Pixels:
    figure = Figure(figsize=(5, 4))
    axis = figure.subplots()
    for _ in range(int(rng.integers(1, 4))):
        axis.plot(np.cumsum(rng.normal(size=100)))
    axis.grid(bool(rng.integers(2)))
    return pictured.drawn(figure, int(rng.choice([60, 100])))


def heat_map(rng: np.random.Generator) -> pictured.Pixels:
    side = int(rng.choice([8, 8, 10, 20]))
    values = rng.random((side, side)) ** 3
    figure = Figure(figsize=(5, 4))
    axis = figure.subplots()
    axis.imshow(values, cmap=str(rng.choice(["viridis", "Blues", "gray"])))
    for row, column in np.ndindex(side, side) if rng.random() < 0.5 else ():
        axis.text(column, row, f"{values[row, column]:.1f}", ha="center", va="center", fontsize=6)
    return pictured.drawn(figure)


def bars(rng: np.random.Generator) -> pictured.Pixels:
    figure = Figure(figsize=(5, 4))
    axis = figure.subplots()
    axis.bar(range(int(rng.integers(5, 20))), rng.random(int(rng.integers(1, 2))))
    axis.grid(visible=True)
    return pictured.drawn(figure)


@pytest.mark.parametrize(("ordinary", "count"), [(photo, 60), (noise, 60), (plot, 12), (heat_map, 16), (bars, 8)])
def test_no_ordinary_picture_is_a_grid_of_64(ordinary, count):
    rng = np.random.default_rng(17)
    found = [shape for _ in range(count) for shape in pictures(ordinary(rng))]
    assert (8, 8) not in found
    assert len(found) <= count // 20


def test_photographs_of_the_installed_libraries_are_no_grids():
    from sklearn.datasets import load_sample_images

    files = ["grace_hopper.jpg", "logo2.png", "Minduka_Present_Blue_Pack.png"]
    paths = [Path(mpl.cbook.get_sample_data(name, asfileobj=False)) for name in files]
    decoded = [figure_decoding.of_bytes(path.read_bytes()) for path in paths]
    assert [pictures(each) for each in (*load_sample_images().images, *decoded)] == [[]] * 5


def only(pixels: pictured.Pixels) -> Grid:
    (grid,) = grids(pixels)
    return grid


@pytest.mark.parametrize(("rows", "steps"), [(8, 8), (8, 10), (8, 12), (2, 8), (1, 10)])
@pytest.mark.parametrize("gap", [0, 2])
def test_interpolations_are_told_from_samples(rows, steps, gap):
    if rows == 1 and not gap:
        pytest.skip("one strip without gaps has seven lines along one axis only, and is not looked for")
    found = strips(only(pictured.grid(pictured.strips(rows, steps), rows, steps, gap=gap)))
    assert found is not None
    assert (found.count, found.steps) == (rows, steps)
    assert found.nearness < 0.4


def test_interpolations_down_the_columns_are_counted_by_column():
    cells = pictured.strips(8, 10).reshape(8, 10, 32, 32, 3).transpose(1, 0, 2, 3, 4).reshape(80, 32, 32, 3)
    found = strips(only(pictured.grid(cells, 10, 8, gap=2)))
    assert found is not None
    assert (found.count, found.steps) == (8, 10)


def test_samples_are_no_interpolations_even_when_all_look_alike():
    assert strips(only(pictured.grid(pictured.tiles(64), 8, 8, gap=2))) is None
    one = pictured.tiles(1).repeat(64, axis=0).astype(float)
    alike = np.clip(one + np.random.default_rng(0).normal(0, 8, one.shape), 0, 255).astype(np.uint8)
    assert strips(only(pictured.grid(alike, 8, 8, gap=4))) is None
