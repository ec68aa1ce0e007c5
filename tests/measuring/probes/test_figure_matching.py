"""Batches found again in other pictures: through resampling, JPEG and margins; painted and other tiles are named."""

from __future__ import annotations

import numpy as np
import pytest

from tests.measuring.probes import pictured
from validator.measuring.probes.figure_budget import Budget
from validator.measuring.probes.figure_candidates import Candidate
from validator.measuring.probes.figure_comparing import compared
from validator.measuring.probes.figure_grids import Grid, grids
from validator.measuring.probes.figure_matching import Match, Tiles, match

CELLS = pictured.tiles(64, seed=5)


def batch(cells: pictured.Pixels = CELLS, *, gap: int = 2, colour: int = 0) -> pictured.Pixels:
    return pictured.grid(cells, 8, 8, gap=gap, colour=colour, framed=True)


def only(pixels: pictured.Pixels) -> Grid:
    (grid,) = grids(pixels)
    return grid


def matched(first: pictured.Pixels, second: pictured.Pixels) -> Match:
    return match(Tiles.of_grid(only(first)), Tiles.of_grid(only(second)))


@pytest.mark.parametrize("share", [0.75, 1.0, 2.3])
@pytest.mark.parametrize("quality", [90, 50])
@pytest.mark.parametrize("gap", [0, 2, 6])
def test_a_batch_is_found_again_tile_by_tile(share, quality, gap):
    paper = pictured.jpeg(pictured.scaled(batch(gap=gap, colour=255), share), quality)
    assert matched(paper, batch()).found.all()


def test_brightness_and_contrast_make_no_other_tile():
    duller = (30 + 0.6 * batch().astype(float)).astype(np.uint8)
    assert matched(duller, batch()).found.all()


def test_another_batch_of_the_same_kind_is_not_found():
    assert matched(batch(pictured.tiles(64, seed=6)), batch()).share < 0.1


def test_tiles_in_another_order_are_found():
    order = np.random.default_rng(0).permutation(64)
    found = matched(batch(CELLS[order]), batch())
    assert found.found.all()
    assert found.at.tolist() == order.tolist()


def test_tiles_of_one_colour_are_compared_by_their_colour():
    plain = np.repeat(np.random.default_rng(1).integers(0, 256, (64, 1, 1, 3)), 32, axis=1).repeat(32, axis=2)
    other = plain.copy()
    other[7] = 255 - other[7]
    found = matched(batch(plain.astype(np.uint8), gap=4), batch(other.astype(np.uint8), gap=4))
    assert np.flatnonzero(~found.found).tolist() == [7]


def looked(pixels: pictured.Pixels, *candidates: Candidate) -> dict[str, float]:
    pair = compared(only(pixels), candidates, Budget(cpu_seconds=60))
    return {origin: best.match.share for origin, best in pair.best.items()} | {"anywhere": pair.anywhere.mean()}


def test_a_stored_picture_with_a_title_and_other_panels_holds_the_batch():
    white = np.full((len(batch()), 40, 3), 255, dtype=np.uint8)
    other = batch(pictured.tiles(64, seed=8))
    stored = pictured.margin(np.concatenate([other, white, batch()], axis=1), width=40)
    assert looked(batch(), Candidate(origin="stored", place="cell 3", pixels=stored))["stored"] == 1.0


def test_a_batch_shown_by_the_run_is_compared_before_it_became_a_picture():
    shown = Candidate(origin="run", place="cell 3", batch=CELLS.transpose(0, 3, 1, 2))
    assert looked(pictured.scaled(batch(), 1.9), shown)["run"] == 1.0


def test_a_batch_picked_from_several_pictures_is_found_in_none_and_everywhere():
    more = pictured.tiles(64, seed=21)
    stored = [Candidate(origin="stored", place=f"cell {n}", pixels=batch(c)) for n, c in enumerate((CELLS, more))]
    found = looked(batch(np.concatenate([CELLS[:32], more[:32]])), *stored)
    assert found["stored"] == pytest.approx(0.5, abs=0.05)
    assert found["anywhere"] == 1.0


def test_pasted_pictures_do_not_count_as_outputs():
    found = looked(batch(), Candidate(origin="pasted", place="cell 1", pixels=batch()))
    assert found == {"pasted": 1.0, "anywhere": 0.0}
