"""The figures of an opened PDF: grids of samples and interpolations in its images, plots and diagrams by captions.

In the child process only. A figure is a candidate with its page: what is not recognised may still be there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from validator.evidence import Figure, Flag
from validator.measuring.probes import figure_captions, figure_decoding
from validator.measuring.probes.figure_blocks import Pixels
from validator.measuring.probes.figure_budget import Budget
from validator.measuring.probes.figure_decoding import Undecodable
from validator.measuring.probes.figure_drawn import Drawing, Drawn, drawing
from validator.measuring.probes.figure_gradual import strips
from validator.measuring.probes.figure_grids import Grid, grids
from validator.measuring.probes.paper_pictures import LEAST_POINTS

POINT_PIXELS = 3
"""Pixels a point of a page on which pictures are put together that are drawn one by one."""
FEWEST_TILES = 3
MOST_SIDE_POINTS = 900
PLOT_SEGMENTS = 30
FEWEST_FLAT = 16
"""Cells of one colour are those of a heat map, unless a caption names samples and no other grid is there."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown:
    """One figure, and its grid when it is one."""

    figure: Figure
    grid: Grid | None = None


@dataclass(kw_only=True)
class Found:
    """All figures of one paper."""

    shown: list[Shown] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)


def figures(pages: list[Any], budget: Budget) -> Found:
    """Look at every page in turn, as long as there is time."""
    found = Found()
    decoded: dict[object, Pixels | None] = {}
    for number, page in enumerate(pages, 1):
        if not budget.left():
            found.flags.append(
                Flag(kind="figures-unread", detail="too large to be looked at in time", where=f"p{number}")
            )
            break
        found.shown += _page(page, number, decoded, budget, found.flags)
    return found


def _page(
    page: Any, number: int, decoded: dict[object, Pixels | None], budget: Budget, flags: list[Flag]
) -> Iterator[Shown]:
    text, drawn = _read(page)
    captions = list(figure_captions.captions(text))
    where = f"p{number}"
    if drawn.cut_short:
        flags.append(Flag(kind="figures-unread", detail="draws more pictures than are looked at", where=where))
    kept: list[tuple[Drawn, Pixels]] = []
    for each in drawn.images:
        if each.key not in decoded:
            decoded[each.key] = _decoded(each.image, where, flags) if budget.left() else None
        pixels = decoded[each.key]
        if pixels is not None:
            kept.append((each, pixels))
    named = any({"samples", "interpolations"} & set(caption.kinds) for caption in captions)
    every = list(_grids(page, kept, budget))
    found = [grid for grid in every if not grid.is_flat] or [
        grid for grid in every if named and grid.count >= FEWEST_FLAT
    ]
    yield from (Shown(figure=_figure(grid, number, captions), grid=grid) for grid in found)
    kinds = {"interpolations" if strips(grid) else "samples" for grid in found}
    yield from _by_words(number, captions, text=text, drawn=drawn, without=kinds)


def _read(page: Any) -> tuple[str, Drawing]:
    """Its text and what it draws; its content is parsed once for both, and forgotten before the next page."""
    packed = page.get("/Contents")
    contents = _quietly(page.get_contents, None)
    if contents is not None:
        contents.forced_encoding = "bytes"  # as text is extracted from it
        page.update({"/Contents": contents})
    text = _quietly(page.extract_text, "")
    drawn = _quietly(lambda: drawing(page, contents), Drawing())
    if contents is not None:
        page.update({"/Contents": packed})
    return text, drawn


def _decoded(image: Any, where: str, flags: list[Flag]) -> Pixels | None:
    try:
        return figure_decoding.of_pdf(image)
    except Undecodable as error:
        flags.append(Flag(kind="figures-unread", detail=f"a picture that cannot be read ({error})", where=where))
        return None


def _grids(page: Any, kept: list[tuple[Drawn, Pixels]], budget: Budget) -> Iterator[Grid]:
    """Grids inside single images, then those that images make together on the page."""
    rest = []
    for each, pixels in kept:
        large = min(each.place.right - each.place.left, each.place.top - each.place.bottom) >= LEAST_POINTS
        inside = grids(pixels) if large and budget.left() else ()
        yield from inside
        if not inside:
            rest.append((each, pixels))
    if len(rest) >= FEWEST_TILES and budget.left():
        yield from grids(_together(page, rest))


def _together(page: Any, images: list[tuple[Drawn, Pixels]]) -> Pixels:
    """The images at their places on a white page."""
    left, bottom = float(page.mediabox.left), float(page.mediabox.bottom)
    wide, high = (min(float(side), MOST_SIDE_POINTS) for side in (page.mediabox.width, page.mediabox.height))
    width, height = max(int(wide * POINT_PIXELS), 1), max(int(high * POINT_PIXELS), 1)
    canvas = np.full((height, width, 3), 255, dtype=np.uint8)
    for each, pixels in images:
        x0, x1 = (round((x - left) * POINT_PIXELS) for x in (each.place.left, each.place.right))
        y0, y1 = (round((high - (y - bottom)) * POINT_PIXELS) for y in (each.place.top, each.place.bottom))
        if 0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height:
            canvas[y0:y1, x0:x1] = figure_decoding.resized(pixels, width=x1 - x0, height=y1 - y0)
    return canvas


def _figure(grid: Grid, page: int, captions: list[figure_captions.Caption]) -> Figure:
    gradual = strips(grid)
    kind = "interpolations" if gradual else "samples"
    detail = f"a grid of {grid.rows} x {grid.columns} tiles"
    if gradual:
        detail += f", neighbours {gradual.nearness:.2f} as far apart as any two"
    words = next((each.quote for each in captions if kind in each.kinds), "")
    return Figure(
        kind="interpolations" if gradual else "samples",
        page=page,
        detail=f"{detail}; {words!r}" if words else detail,
        count=gradual.count if gradual else grid.count,
    )


def _by_words(
    page: int, captions: list[figure_captions.Caption], *, text: str, drawn: Drawing, without: set[str]
) -> Iterator[Shown]:
    """What captions name, on pages that draw something; samples and interpolations where no grid was recognised."""
    if not drawn.images and drawn.segments < PLOT_SEGMENTS:
        return
    told = set(without)
    for caption in captions:
        for kind in caption.kinds:
            if kind not in told:
                told.add(kind)
                yield Shown(figure=Figure(kind=kind, page=page, detail=f"its caption: {caption.quote!r}"))
    axes = figure_captions.names_axes(text)
    if axes and "curves" not in told and drawn.segments >= PLOT_SEGMENTS:
        yield Shown(figure=Figure(kind="curves", page=page, detail=f"a drawing whose axes are named {axes}"))


def _quietly(read: Any, otherwise: Any) -> Any:
    """A page that cannot be followed shows nothing; that it cannot be read is said where its text is."""
    try:
        return read()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - pypdf raises anything on damaged files
        return otherwise
