"""Where two courses of one loss lie in one frame: the one handed in and the one printed here. Draws nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from validator.evidence import RepeatedLoss, Run
from validator.reporting import plot, words
from validator.reporting.plot import Tick


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One loss twice, ready for an SVG; `rerun` is empty where the run printed none."""

    name: str
    where: str
    stored: str
    rerun: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    caption: str


def pairs(run: Run) -> Iterator[Pair]:
    """Every loss of the run that has at least two stored points."""
    for one in run.repeated:
        stored = _points(one.stored, one.stored_points)
        rerun = _points(one.rerun, one.rerun_points)
        frame = plot.curve([*stored, *rerun])
        if frame is None or len(stored) < 2:
            continue
        scale = plot.scale([*stored, *rerun])
        yield Pair(
            name=one.name,
            where=one.where,
            stored=scale.line(stored),
            rerun=scale.line(rerun) if len(rerun) > 1 else "",
            x_ticks=frame.x_ticks,
            y_ticks=frame.y_ticks,
            caption=_caption(one),
        )


def _points(values: Sequence[float], number: int) -> list[tuple[float, float]]:
    """Each value at its place among all points that were printed; those kept stand evenly, but for the last."""
    stride = math.ceil(number / max(len(values), 1)) if len(values) < number else 1
    return [(float(min(at * stride, number - 1)), value) for at, value in enumerate(values)]


def _caption(one: RepeatedLoss) -> str:
    ends = [f"handed in, it ended at {words.number(_short(one.stored_end))} ({one.stored_points} points)"]
    if one.rerun_end is not None:
        ends.append(f"run here, at {words.number(_short(one.rerun_end))} ({one.rerun_points} points)")
    elif one.diverged:
        ends.append("run here, it ended in what is no number")
    return "; ".join([*ends, *([f"not compared: {one.why}"] if one.why else [])])


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
