"""One figure of the paper against all pictures of the notebooks and of the run: where it is, and which tiles are not.

Arrays in, words out. Says what was seen, judges nobody.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from validator.measuring.probes.figure_apart import Looked, looked
from validator.measuring.probes.figure_budget import Budget
from validator.measuring.probes.figure_candidates import Candidate, Origin, Shot
from validator.measuring.probes.figure_grids import Grid
from validator.measuring.probes.figure_matching import Bools, Match, Tiles, match

HALF, MOST = 0.5, 0.6
"""Share of tiles found that is worth a close look, and that makes the others differ: neighbours stand beside half."""
UNCLEAR = Looked()


@dataclass(frozen=True, kw_only=True, eq=False)
class Best:
    """The picture of one origin that holds the most tiles of a figure, and those most like its own."""

    candidate: Candidate
    shot: Shot
    match: Match
    looked: Looked = UNCLEAR

    @property
    def found(self) -> Bools:
        """Which tiles (n,) are there unchanged."""
        found = self.match.found & (not self.looked.alike_only)
        found[[each.number for each in self.looked.apart]] = False
        return found

    @property
    def share(self) -> float:
        """Share of the tiles that are there unchanged."""
        return float(self.found.mean())


@dataclass(frozen=True, kw_only=True, eq=False)
class Compared:
    """One figure beside the best picture of each origin; `anywhere` marks tiles found in any stored or shown one."""

    best: dict[Origin, Best]
    anywhere: Bools

    def of(self, *origins: Origin) -> Best | None:
        """The best of several origins, the first of equals."""
        found = [self.best[origin] for origin in origins if origin in self.best]
        return max(found, key=lambda each: (each.share, each.match.share), default=None)


def compared(grid: Grid, candidates: Sequence[Candidate], budget: Budget) -> Compared:
    """Look at every picture the quick way; where a figure was not found so, at the grids in each; then closely."""
    asked = Tiles.of_grid(grid, shifted=True)
    anywhere = np.zeros(grid.count, dtype=bool)
    best: dict[Origin, Best] = {}
    for candidate in candidates:
        if budget.left():
            _take(best, anywhere, asked, candidate, candidate.as_cut(grid.rows, grid.columns))
    for candidate in candidates:
        done = candidate.origin in best and best[candidate.origin].match.found.all()
        if not done and budget.left():
            _take(best, anywhere, asked, candidate, candidate.as_found)
    close = {origin: _closely(grid, asked, each) for origin, each in best.items() if budget.left()}
    return Compared(best=best | close, anywhere=anywhere)


def _closely(grid: Grid, asked: Tiles, best: Best) -> Best:
    """A picture that holds most of a figure is worth a look at each tile."""
    if best.match.share < HALF:
        return best
    found = looked(grid, asked, best.shot.grid, best.shot.tiles, best.match)
    return dataclasses.replace(best, looked=found)


def _take(best: dict[Origin, Best], anywhere: Bools, asked: Tiles, candidate: Candidate, shots: Iterable[Shot]) -> None:
    for shot in shots:
        found = match(asked, shot.tiles)
        if candidate.origin != "pasted":
            anywhere |= found.found
        before = best.get(candidate.origin)
        if before is None or found.rank > before.match.rank:
            best[candidate.origin] = Best(candidate=candidate, shot=shot, match=found)
