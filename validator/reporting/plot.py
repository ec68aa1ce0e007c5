"""Where the lines of a plot lie on the page: points in, coordinates out. Knows no report and draws nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from validator.marking.cohort import Band
from validator.reporting import words

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 62, 14, 12, 44
MOST_POINTS = 500


@dataclass(frozen=True, kw_only=True)
class Tick:
    """One mark of an axis: where it lies, in pixels along the axis, and what it says."""

    at: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One line in a frame, ready for an SVG."""

    points: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    first: str
    """The first point in words, for those who cannot see the line; `last` is the last."""
    last: str


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar of a histogram, in pixels, with the label under it and the count above it."""

    x: float
    y: float
    width: float
    height: float
    label: str
    count: int


def curve(points: Sequence[tuple[float, float]]) -> Curve | None:
    """Lay out (step, loss) points; None when fewer than two of them are finite."""
    finite = sorted((x, y) for x, y in points if math.isfinite(x) and math.isfinite(y))
    if len(finite) < 2 or finite[0][0] == finite[-1][0]:
        return None
    frame = scale(finite)
    return Curve(
        points=frame.line(finite),
        x_ticks=frame.x_axis.ticks(),
        y_ticks=frame.y_axis.ticks(),
        first=_said(finite[0]),
        last=_said(finite[-1]),
    )


@dataclass(frozen=True, kw_only=True)
class Scale:
    """The frame of a curve, for lines that share it."""

    x_axis: _Axis
    y_axis: _Axis

    def line(self, points: Sequence[tuple[float, float]]) -> str:
        """These points as the coordinates of a line."""
        return " ".join(f"{self.x_axis.at(x):.1f},{self.y_axis.at(y):.1f}" for x, y in _thinned(points))


def scale(points: Sequence[tuple[float, float]]) -> Scale:
    """The frame that all these finite points lie in; there is at least one."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Scale(
        x_axis=_Axis.over(min(0.0, *xs), max(xs), start=LEFT, end=WIDTH - RIGHT),
        y_axis=_Axis.over(min(0.0, *ys), max(ys), start=HEIGHT - BOTTOM, end=TOP),
    )


def bars(bands: Sequence[Band]) -> tuple[Bar, ...]:
    """Lay out one bar a band; the tallest fills the frame."""
    most = max((band.submissions for band in bands), default=0) or 1
    slot = (WIDTH - LEFT - RIGHT) / max(len(bands), 1)
    room = HEIGHT - TOP - BOTTOM - 16
    return tuple(
        Bar(
            x=round(LEFT + slot * number + slot * 0.14, 1),
            y=round(HEIGHT - BOTTOM - room * band.submissions / most, 1),
            width=round(slot * 0.72, 1),
            height=round(room * band.submissions / most, 1),
            label=band_label(band),
            count=band.submissions,
        )
        for number, band in enumerate(bands)
    )


def band_label(band: Band) -> str:
    """`0`, `1–10`, `over 100`."""
    if band.most is None:
        return f">{band.least - 1}"
    return str(band.least) if band.least == band.most else f"{band.least}–{band.most}"


@dataclass(frozen=True, kw_only=True)
class _Axis:
    """A linear map from values to pixels, with round numbers as ticks."""

    low: float
    high: float
    step: float
    start: float
    end: float

    @classmethod
    def over(cls, low: float, high: float, *, start: float, end: float) -> _Axis:
        """Cover the values; the high end is the last value, the step one of 1, 2, 5 times a power of ten."""
        span = (high - low) or abs(high) or 1.0
        return cls(low=low, high=low + span, step=_round_step(span / 5), start=start, end=end)

    def at(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> tuple[Tick, ...]:
        first = math.ceil(self.low / self.step - 1e-9)
        last = math.floor(self.high / self.step + 1e-9)
        values = [number * self.step for number in range(first, last + 1)]
        return tuple(Tick(at=round(self.at(value), 1), label=words.number(float(f"{value:.6g}"))) for value in values)


def _round_step(least: float) -> float:
    power: float = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))


def _thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Every n-th point and the last: more of them than pixels say nothing."""
    stride = math.ceil(len(points) / MOST_POINTS)
    return [*points[:-1:stride], points[-1]]


def _said(point: tuple[float, float]) -> str:
    return f"{words.number(point[1])} at step {words.number(point[0])}"
