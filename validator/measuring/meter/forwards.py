"""Which modules were called, and on how many images after a moment: reads `forward` and `free` records.

Judges nothing. Differences of running totals are taken, because an update may be noticed a moment after it was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from validator.measuring.meter.trained import Key, Looked, Record, pid_of, text, whole

MOST_MODULES = 4096
MOST_SOURCES = 64


@dataclass
class Tally:
    """Everything said about one called module, in the order it was said."""

    last: Record = field(default_factory=dict)
    series: list[tuple[int, int]] = field(default_factory=list)
    """Moment and quiet images until then."""
    free_writes: int = 0

    def after(self, moment_ns: int) -> int:
        """Quiet images after this moment, to the nearest record."""
        before = [images for t, images in self.series if t <= moment_ns]
        return max(0, self.series[-1][1] - (before[-1] if before else 0)) if self.series else 0


Tallies = dict[tuple[int, str], Tally]


def tallies(forwards: Iterable[Record], free: Iterable[Record]) -> Tallies:
    """The called modules by process and name."""
    found: Tallies = {}
    for record in forwards:
        tally = _of(found, record)
        tally.last = record
        tally.series.append((whole(record.get("t")), whole(record.get("quiet_images"))))
    for record in free:
        tally = _of(found, record)
        tally.free_writes = max(tally.free_writes, whole(record.get("writes")))
    return found


def _of(found: Tallies, record: Record) -> Tally:
    key = (pid_of(record), text(record.get("name"), 120))
    return found.setdefault(key, Tally()) if len(found) < MOST_MODULES else found.get(key, Tally())


def looked(found: Tallies, ended: Mapping[Key, int]) -> Iterator[Looked]:
    """Each called module; `ended` says when each trained network was last updated."""
    last_of_all = max(ended.values(), default=0)
    for (pid, name), tally in found.items():
        number = whole(tally.last.get("net")) or None
        moment = ended.get((pid, number), last_of_all) if number else last_of_all
        said_at = tally.series[-1][0] if tally.series else 0
        after = tally.after(moment)
        if number and said_at >= moment:
            after = max(after, whole(tally.last.get("images_since_update")))
        yield Looked(
            pid=pid,
            name=name,
            net=number,
            copy=_cosine(tally.last.get("copy")),
            images=whole(tally.last.get("images")),
            quiet_images=whole(tally.last.get("quiet_images")),
            images_after=after,
            shape=_shape(tally.last.get("input")),
            free_writes=tally.free_writes,
            calls=whole(tally.last.get("calls")),
            quiet_calls=whole(tally.last.get("quiet_calls")),
            fed_by=dict(_fed_by(tally.last.get("fed_by"))),
            output=_sizes(tally.last.get("output")),
        )


def _cosine(said: Any) -> float | None:
    value = said.get("ema", said.get("cosine")) if isinstance(said, dict) else said
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    return float(value) if abs(value) <= 2 else None


def _shape(summary: Any) -> tuple[int, ...]:
    return _sizes(summary.get("shape") if isinstance(summary, dict) else None)


def _fed_by(said: Any) -> Iterator[tuple[str, tuple[int, int]]]:
    for name, times in list(said.items())[:MOST_SOURCES] if isinstance(said, dict) else []:
        if isinstance(times, list) and len(times) == 2:
            yield text(name, 120), (whole(times[0]), whole(times[1]))


def _sizes(shape: Any) -> tuple[int, ...]:
    return tuple(whole(size) for size in shape[:8]) if isinstance(shape, list) else ()
