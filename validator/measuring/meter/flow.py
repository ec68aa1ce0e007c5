"""Which networks stand before or behind the model, from what was fed into what: a frozen encoder before a trained head.

What goes into a network only while it learns is no part of it, and what only looks at its images (FID, a perceptual
loss) is none either: its output is no image. Knows calls; adds no numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validator.measuring.meter.log import Log
from validator.measuring.meter.trained import Looked, Trained

LEAST_SIDE = 5
"""Pixels; a smaller map of one or three channels is no picture."""


def feeds(source: Trained, sinks: Iterable[Trained], log: Log) -> bool:
    """Whether most of what any of these computed without gradients was computed from what the source gave."""
    names = {tally.name for tally in _tallies([source], log)}
    return any(2 * _quiet(sink, names) > sink.quiet_calls for sink in _tallies(sinks, log) if sink.net != source.net)


def beside(nets: Iterable[Trained], log: Log) -> Iterator[tuple[Trained, str]]:
    """Networks that were never trained and are part of the model, each with how one knows."""
    model = list(nets)
    waiting = [net for net in log.networks if not net.trained and not net.gradients and net.kind == "module"]
    while found := [(net, why) for net in waiting if (why := _why(net, model, log))]:
        yield from found
        model += [net for net, _ in found]
        waiting = [net for net in waiting if net not in model]


def only_in_training(nets: Iterable[Trained], log: Log) -> Iterator[Trained]:
    """Networks never trained whose output went into the model, but seldom or never without gradients."""
    model = list(nets)
    for net in log.networks:
        names = {tally.name for tally in _tallies([net], log)}
        if not net.trained and net not in model and any(names & set(sink.fed_by) for sink in _tallies(model, log)):
            yield net


def _why(net: Trained, model: list[Trained], log: Log) -> str:
    if feeds(net, model, log):
        return "frozen, and part of the model: what it computes goes into what was trained"
    names = {tally.name for tally in _tallies(model, log)}
    if any(_quiet(tally, names) and _picture(tally.output) for tally in _tallies([net], log)):
        return "frozen, and part of the model: it makes the images of what the trained part computes"
    return ""


def _quiet(sink: Looked, names: set[str]) -> int:
    return sum(quiet for name, (_, quiet) in sink.fed_by.items() if name in names)


def _tallies(nets: Iterable[Trained], log: Log) -> list[Looked]:
    keys = {net.key for net in nets}
    return [tally for tally in log.looked if (tally.pid, tally.net) in keys]


def _picture(shape: tuple[int, ...]) -> bool:
    return len(shape) == 4 and shape[1] in (1, 3) and min(shape[2:]) >= LEAST_SIDE
