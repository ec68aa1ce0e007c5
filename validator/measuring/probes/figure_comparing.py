"""One figure of the paper against all pictures of the notebooks and of the run: where it is, and which tiles are not.

Arrays in, words out. Says what was seen, judges nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from validator.measuring.probes.figure_budget import Budget
from validator.measuring.probes.figure_candidates import Candidate, Origin, Shot
from validator.measuring.probes.figure_grids import Grid
from validator.measuring.probes.figure_matching import Bools, Match, Tiles, match


@dataclass(frozen=True, kw_only=True, eq=False)
class Best:
    """The picture of one origin that holds the most tiles of a figure."""

    candidate: Candidate
    shot: Shot
    match: Match


@dataclass(frozen=True, kw_only=True, eq=False)
class Compared:
    """One figure beside the best picture of each origin; `anywhere` marks tiles found in any stored or shown one."""

    best: dict[Origin, Best]
    anywhere: Bools

    def of(self, *origins: Origin) -> Best | None:
        """The best of several origins, the first of equals."""
        found = [self.best[origin] for origin in origins if origin in self.best]
        return max(found, key=lambda each: each.match.share, default=None)


def compared(grid: Grid, candidates: Sequence[Candidate], budget: Budget) -> Compared:
    """Look at every picture the quick way; and, where a figure was not found so, at the grids in each."""
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
    return Compared(best=best, anywhere=anywhere)


def _take(best: dict[Origin, Best], anywhere: Bools, asked: Tiles, candidate: Candidate, shots: Iterable[Shot]) -> None:
    for shot in shots:
        found = match(asked, shot.tiles)
        if candidate.origin != "pasted":
            anywhere |= found.found
        before = best.get(candidate.origin)
        if before is None or found.share > before.match.share:
            best[candidate.origin] = Best(candidate=candidate, shot=shot, match=found)
