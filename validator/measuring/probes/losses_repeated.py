"""Losses that a notebook printed before it was handed in, each beside what the same cell printed when it was run here.

Compares nothing with a limit: it says where each course ends, and how far chance alone moves that end.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from validator.evidence import Reading, RepeatedLoss, Run, Witness
from validator.measuring.probes import notebook
from validator.measuring.probes.losses_lines import printed_losses
from validator.measuring.probes.notebook import Document

FEWEST_POINTS = 3
"""Fewer are numbers and no course of a training."""
MOST_SERIES, MOST_POINTS_KEPT = 400, 10_000
"""Courses compared, and points that are kept of all of them together to be drawn, at most 400 of one."""
LARGEST = 1e15
"""A loss of this size is no number any more; NaN is smaller than nothing, so it is none either."""
LAST_SHARE = 10
"""The end of a course is the mean of its last tenth."""
SCATTER_SHARE, SCATTER_FEWEST = 3, 4
"""Scatter is taken over the last third, and never over fewer points than these."""
HELD_OUT, PAIRED = (
    frozenset({"test", "val", "eval", "dev"}),
    frozenset({"d", "g", "gen", "disc", "generator", "discriminator", "critic", "adv"}),
)
CUT = frozenset({"output-limit", "output-incomplete"})
"""Flags of a run whose printed losses may lack the last ones."""
BROKEN = ("error", "timeout", "died", "smoke", "not-run")
UNITS = {"stored_loss": "", "rerun_loss": "", "loss_noise": ""}


@dataclass(kw_only=True)
class _Series:
    """One course: its values that are numbers, and whether it ends in some that are none."""

    values: list[float] = field(default_factory=list)
    lost: bool = False

    def add(self, value: float) -> None:
        self.lost = not abs(value) < LARGEST
        if not self.lost:
            self.values.append(value)


Key = tuple[int, str, int]
"""Cell, name, and which training of that cell: the epochs of a second one begin again."""


def with_losses(run: Run, *, stored: Document, executed: Path) -> Run:
    """The run with its losses beside those that were handed in, and the readings of them."""
    rerun = notebook.read(executed) if executed.is_file() else Document()
    found = repeated(stored, rerun, run)
    readings = readings_of(found, role=run.role, why=why_nothing(stored))
    return replace(run, repeated=found, readings={**run.readings, **readings})


def repeated(stored: Document, rerun: Document, run: Run) -> tuple[RepeatedLoss, ...]:
    """Every course that the stored outputs hold, in the order of cells; `run` tells how each cell went."""
    before, after = _series_of(stored), _series_of(rerun)
    broken = next((cell.index for cell in run.cells if cell.status in BROKEN), None)
    cut = any(flag.kind in CUT for flag in run.flags)
    kept = {key: series for key, series in before.items() if len(series.values) >= FEWEST_POINTS}
    points = min(400, max(8, MOST_POINTS_KEPT // (len(kept) or 1)))
    found = [
        _beside(
            key,
            series,
            after.get(key),
            points=points,
            why=_why_not(key[0], broken=broken, cut=cut) or _why_other(_trainings(key, before), _trainings(key, after)),
        )
        for key, series in kept.items()
    ]
    return tuple(found[:MOST_SERIES])


def readings_of(found: Sequence[RepeatedLoss], *, role: str, why: str) -> dict[str, Reading]:
    """Both ends and the noise of the training loss that rose most of those that can be compared; else the reason."""
    compared = [
        one for one in found if one.part == "train" and one.stored_end is not None and one.rerun_end is not None
    ]
    if not compared:
        reason = why or _reason(found)
        return {f"{role}.{name}": Reading.missing(unit=unit, why=reason) for name, unit in UNITS.items()}
    worst = max(compared, key=rise)
    values = {"stored_loss": worst.stored_end, "rerun_loss": worst.rerun_end, "loss_noise": worst.noise}
    sources: dict[str, Witness] = {"stored_loss": "claimed", "rerun_loss": "reported", "loss_noise": "claimed"}
    return {
        f"{role}.{name}": Reading(value=value, unit=UNITS[name], source=sources[name]) for name, value in values.items()
    }


def rise(one: RepeatedLoss) -> float:
    """By what share of what it reached the loss ended higher here: losses of different sizes are compared by it."""
    before, after = one.stored_end or 0.0, one.rerun_end or 0.0
    return (after - before) / max(abs(before), 1e-9)


def _reason(found: Sequence[RepeatedLoss]) -> str:
    trained = [one for one in found if one.part == "train"]
    if trained:
        return trained[0].why or "the run ended in losses that are no numbers"
    return "the stored outputs hold no training loss of three points or more"


def _series_of(document: Document) -> dict[Key, _Series]:
    """The courses in a notebook's outputs; a course ends where its epochs begin again."""
    found: dict[Key, _Series] = {}
    for cell in document.code:
        turn: dict[str, int] = {}
        last: dict[str, int] = {}
        for loss in printed_losses(f"{cell.output}\n{cell.tables}"):
            if loss.epoch is not None and loss.epoch < last.get(loss.name, loss.epoch):
                turn[loss.name] = turn.get(loss.name, 0) + 1
            if loss.epoch is not None:
                last[loss.name] = loss.epoch
            key = (cell.index, loss.name, turn.get(loss.name, 0))
            found.setdefault(key, _Series()).add(loss.value)
    return found


def _why_not(index: int, *, broken: int | None, cut: bool) -> str:
    """What about the run makes the losses of this cell no match for the stored ones."""
    if broken is not None and index >= broken:
        return f"the run broke off in cell {broken}" if index == broken else f"cell {broken} broke before it"
    return "not all that the run printed was kept" if cut else ""


def _trainings(key: Key, found: Mapping[Key, _Series]) -> int:
    """How often the cell trained what is called so."""
    return sum(other[:2] == key[:2] for other in found)


def _why_other(before: int, after: int) -> str:
    """A search that tries more or fewer settings puts others in the same places: the second is not the second."""
    if after in (0, before):
        return ""
    return f"the stored outputs of the cell hold {before} trainings, and those of the run {after}"


def _beside(key: Key, stored: _Series, rerun: _Series | None, *, points: int, why: str) -> RepeatedLoss:
    index, name, turn = key
    where = f"cell {index}" + (f", training {turn + 1}" if turn else "")
    start, noise = stored.values[0], 0.0
    end, other = _end(stored.values), None
    if why:
        pass
    elif rerun is None:
        why = "run here, the cell printed no such loss"
    elif stored.lost:
        why = "the stored outputs end in losses that are no numbers"
    elif not rerun.lost and len(rerun.values) < FEWEST_POINTS:
        why = f"run here, the cell printed {len(rerun.values)} such losses"
    elif not rerun.lost:
        other, noise = _end(rerun.values), _noise(stored.values, len(rerun.values))
    values = rerun.values if rerun else []
    return RepeatedLoss(
        name=name,
        part=_part(name),
        where=where,
        stored=_thinned(stored.values, points),
        rerun=_thinned(values, points),
        stored_points=len(stored.values),
        rerun_points=len(values),
        stored_start=start,
        stored_end=end,
        rerun_end=other,
        noise=noise,
        diverged=not why and rerun is not None and rerun.lost,
        why=why,
    )


def _part(name: str) -> Literal["train", "held-out", "paired"]:
    words = set(name.split())
    return "held-out" if words & HELD_OUT else "paired" if words & PAIRED else "train"


def _averaged(points: int) -> int:
    """Over how many points the end of a course of so many is averaged."""
    return max(1, points // LAST_SHARE)


def _end(values: Sequence[float]) -> float:
    return statistics.fmean(values[-_averaged(len(values)) :])


def _noise(stored: Sequence[float], rerun_points: int) -> float:
    """Standard error of the difference of both ends, if the points of both scatter as the last stored ones do.

    Scatter by second differences, which a course that falls evenly does not add to: their variance is six times that
    of one point (von Neumann 1941 for first differences). None can be told of fewer than four points.
    """
    last = stored[-max(SCATTER_FEWEST, len(stored) // SCATTER_SHARE) :]
    bends = [before - 2 * here + after for before, here, after in zip(last, last[1:], last[2:], strict=False)]
    if len(last) < SCATTER_FEWEST:
        return 0.0
    scatter = math.sqrt(statistics.fmean(bend * bend for bend in bends) / 6)
    return scatter * math.sqrt(1 / _averaged(len(stored)) + 1 / _averaged(rerun_points))


def _thinned(values: Sequence[float], points: int) -> tuple[float, ...]:
    """Every so many points and the last."""
    stride = math.ceil(len(values) / points) or 1
    kept = list(values[::stride])
    return tuple(kept if (len(values) - 1) % stride == 0 or not values else [*kept, values[-1]])


def why_nothing(stored: Document) -> str:
    """Why no course was found in a file, where that can be told without the run."""
    if stored.script:
        return "a script is handed in without outputs: there is no stored loss"
    return (
        "" if any(cell.output or cell.tables for cell in stored.code) else "the notebook was handed in without outputs"
    )
