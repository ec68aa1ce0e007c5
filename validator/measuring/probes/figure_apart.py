"""What sets single tiles of a batch apart from the picture that holds the others, in words. Judges nobody.

Every measure is of one tile beside the others of its batch, which came into the paper the same way. How far tiles go
that nobody touched, and how far painted ones, is told in docs/figures.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from validator.measuring.probes.figure_fine import FEWEST_FITTED, Fitted
from validator.measuring.probes.figure_grids import Grid
from validator.measuring.probes.figure_matching import ALMOST, SAME, Indices, Match, Tiles, alikeness
from validator.measuring.probes.figure_registering import FINEST, laid_over

SPOT_UNITS, SPOT_LEVELS = 12.0, 20.0
CONTRAST, BRIGHTER, SHARPER = 7.0, 12.0, 6.0
"""Levels above which a tile stands out, of tiles of 32 pixels; coarser ones vary more."""
BESIDE = 6.0
"""And how many times farther than its fellows."""
FEW_COLOURS, COARSE = 320, 2.5
"""A picture of so few colours was given a palette, and its tiles vary so much more."""
ALIKE_ONLY = 0.16
"""Share of what the median tile shows that no fit explains: the picture is like the batch, and another one."""


@dataclass(frozen=True, kw_only=True)
class Apart:
    """One tile of the paper, counted from 0 in reading order, and what is different about it."""

    number: int
    words: str


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What a close look at a batch and the picture most like it gave."""

    apart: tuple[Apart, ...] = ()
    alike_only: bool = False
    """Whether all its tiles are like those of the picture, and none is the same."""


def looked(ours: Grid, asked: Tiles, theirs: Grid, offered: Tiles, match: Match) -> Looked:
    """Look at each tile beside the one it was paired with."""
    paired = [int(each) for each in np.flatnonzero(match.found)]
    told: dict[int, str] = dict(_placed(match, theirs.columns))
    if len(paired) >= FEWEST_FITTED:
        fit = laid_over(ours, theirs, [int(match.at[each]) for each in paired], paired)
        if float(np.median(fit.unexplained)) > ALIKE_ONLY:
            return Looked(alike_only=True)
        coarse = max(COARSE if _has_palette(ours) or _has_palette(theirs) else 1.0, FINEST / fit.side)
        told = {paired[number]: words for number, words in _standing_out(fit, coarse)} | told
    told |= dict.fromkeys((int(each) for each in np.flatnonzero(~match.found)), "another picture")
    told |= _turned(asked, offered, match, np.array(sorted(told), dtype=np.int64))
    return Looked(apart=tuple(Apart(number=number, words=told[number]) for number in sorted(told)))


def _standing_out(fit: Fitted, coarse: float) -> Iterator[tuple[int, str]]:
    """Tiles that needed what the others did not, with the plainest of it."""
    spots = (fit.spot > coarse * SPOT_UNITS) & (fit.spot > BESIDE * np.median(fit.spot))
    spots &= fit.spot_levels > coarse * SPOT_LEVELS
    needs = (
        (fit.brightness, BRIGHTER, "brighter or of more colour", "darker or of less colour"),
        (fit.contrast, CONTRAST, "more contrast", "less contrast"),
        (fit.sharpness, SHARPER, "sharper", "smoother"),
    )
    for number in range(len(fit.spot)):
        if spots[number]:
            yield number, f"a spot that differs by {fit.spot_levels[number]:.0f} levels of 255"
            continue
        for need, least, more, less in needs:
            levels = float(need.levels[number])
            if abs(levels) > max(coarse * least, BESIDE * need.usual[number]):
                yield number, f"{more if levels > 0 else less} than the others, by {abs(levels):.0f} levels"
                break


def _placed(match: Match, columns: int) -> Iterator[tuple[int, str]]:
    """Tiles of a batch that stands in order which show the tile of another place."""
    offsets = match.at - np.arange(len(match.at))
    values, counts = np.unique(offsets[match.found], return_counts=True)
    if not len(counts) or counts.max() < len(offsets) / 2:
        return
    own = offsets == values[counts.argmax()]
    homes = {int(each) for each in match.at[own]}
    for number in (int(each) for each in np.flatnonzero(match.found & ~own)):
        row, column = divmod(int(match.at[number]), columns)
        again = " once more" if int(match.at[number]) in homes else ""
        yield number, f"the tile of row {row + 1} column {column + 1}{again}"


def _turned(asked: Tiles, offered: Tiles, match: Match, apart: Indices) -> dict[int, str]:
    """Those of the tiles that differ which are there turned or mirrored, and so more alike than as they stand."""
    best: dict[int, tuple[float, str]] = {int(each): (max(SAME, match.likeness[each] + ALMOST), "") for each in apart}
    ways = [("mirrored", quarter) for quarter in range(4)] + [("turned", quarter) for quarter in (1, 2, 3)]
    for words, quarter in ways if len(apart) else ():
        values = asked.values[:3, apart]
        values = values[:, :, :, ::-1] if words == "mirrored" else values
        likeness = alikeness(Tiles(values=np.rot90(values, quarter, axes=(2, 3))), offered)
        for number, like in zip((int(each) for each in apart), likeness.max(axis=1), strict=True):
            best[number] = max(best[number], (float(like), words))
    return {number: words for number, (_, words) in best.items() if words}


def _has_palette(grid: Grid) -> bool:
    """Whether a picture shows colours, and few of them."""
    pixels = grid.framed.reshape(-1, 3).astype(np.int64)
    return (
        bool(np.ptp(pixels, axis=1).max() > FEW_COLOURS // 8)
        and len(np.unique(pixels @ [65536, 256, 1])) <= FEW_COLOURS
    )
