"""What is said of grids of the paper that were laid beside pictures: calmly, with the page, the tile and how near.

A picture that is not among the outputs has innocent reasons more often than not; who reads these words decides.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from validator.evidence import Figure, Flag
from validator.measuring.probes import figure_sheet
from validator.measuring.probes.figure_comparing import HALF, MOST, Best, Compared
from validator.measuring.probes.figure_grids import Grid
from validator.measuring.probes.figure_pages import Shown

BATCH = 64
NAMED = 8
ELSEWHERE = 0.15
"""Share of the tiles that must stand in other pictures than the best before they count as found in several."""
WORDS = {"stored": "stored outputs", "run": "the run", "pasted": "a picture pasted into the text"}
ALIKE = (
    "its tiles are like those of {place}, and not the same pictures: such as another epoch, averaged weights or"
    " another network show for the same latents"
)


def batch(shown: Sequence[Shown], pairs: Mapping[int, Compared]) -> int | None:
    """The batch of samples to show: one with tiles that differ, else one that is in the outputs, of 64, the largest."""
    numbers = [number for number, one in enumerate(shown) if one.figure.kind == "samples" and one.grid is not None]

    def rank(number: int) -> tuple[bool, bool, bool, int]:
        count, pair = shown[number].figure.count or 0, pairs.get(number)
        best = pair.of("stored", "run") if pair else None
        return best is not None and _differs(best), best is not None and best.share >= HALF, count == BATCH, count

    return max(numbers, key=rank, default=None)


def told(figure: Figure, pair: Compared | None) -> Figure:
    """The figure with where it was seen whole and unchanged."""
    if pair is None:
        return figure
    whole = [best for origin in ("stored", "run") if (best := pair.of(origin)) is not None and best.found.all()]
    return dataclasses.replace(figure, compared=bool(pair.best), seen_in="; ".join(_place(best) for best in whole))


def remarks(one: Shown, pair: Compared) -> Iterator[Flag]:
    """What a person should look at in one grid: tiles that differ, or pictures that only pieces of it are in."""
    best = pair.of("stored", "run")
    if one.grid is None or best is None or best.found.all():
        return
    where, count = f"p{one.figure.page}", one.grid.count
    if best.looked.alike_only:
        yield Flag(kind="batch-alike", detail=ALIKE.format(place=_place(best)), where=where)
    elif _differs(best):
        yield Flag(kind="batch-differs", detail=_differing(one.grid, best), where=where)
    elif pair.anywhere.mean() >= max(HALF, best.match.share + ELSEWHERE):
        detail = f"{int(pair.anywhere.sum())} of {count} tiles are found one by one, in several pictures"
        yield Flag(kind="batch-picked", detail=detail, where=where)
    pasted = pair.of("pasted")
    if pasted is not None and pasted.match.share > best.match.share:
        yield Flag(kind="batch-pasted", detail=f"it is {_place(pasted)}, where no code made it", where=where)


def sheet(one: Shown, pair: Compared | None) -> tuple[bytes, str]:
    """The grid beside the picture most like it, and the caption of that."""
    assert one.grid is not None  # noqa: S101 - a batch is chosen among grids
    near = (pair.of("stored", "run") or pair.of("pasted")) if pair else None
    caption = f"The batch of the paper (p{one.figure.page})"
    if near is None:
        return figure_sheet.drawn(
            one.grid, words=f"the paper, p{one.figure.page}"
        ), f"{caption}: nothing to lay beside it"
    inside, count = int(near.found.sum()), one.grid.count
    share = f"{inside} of {count}"
    near_enough = near.share >= HALF
    content = figure_sheet.drawn(
        one.grid,
        words=f"the paper, p{one.figure.page}",
        beside=near.shot.grid,
        beside_words=f"{near.candidate.origin}, {near.candidate.place.partition(' of ')[0]}: {share}",
        at=np.where(near.match.at >= 0, near.match.at, near.match.home),
        lost=~near.found & near_enough,
        close={each.number: f"{_tile(one.grid, each.number)}: {each.words}" for each in near.looked.apart},
    )
    if inside == count:
        return content, f"{caption} beside {_place(near)}: all {count} tiles are in it"
    if near_enough:
        return content, f"{caption} beside {_place(near)}: {share} tiles are in it; the others are framed"
    return content, f"{caption} beside the picture most like it, {_place(near)}: {share} tiles are in it"


def _differs(best: Best) -> bool:
    """Whether most tiles are there, and some are not."""
    return best.match.share >= MOST and HALF < best.share < 1.0


def _differing(grid: Grid, best: Best) -> str:
    """Which tiles differ, and how."""
    apart = best.looked.apart
    named = "; ".join(f"{_tile(grid, each.number)}: {each.words}" for each in apart[:NAMED])
    more = f"; and {len(apart) - NAMED} more" if len(apart) > NAMED else ""
    same = f"{grid.count - len(apart)} of {grid.count} tiles are those of {_place(best)}"
    return f"{same}; {len(apart)} differ: {named}{more}"


def _tile(grid: Grid, number: int) -> str:
    row, column = divmod(number, grid.columns)
    return f"row {row + 1} column {column + 1}"


def _place(best: Best) -> str:
    return f"{WORDS[best.candidate.origin]}, {best.candidate.place}"
