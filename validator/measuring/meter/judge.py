"""The judge: recorded log and counter page in, networks and readings out. Pure; loads no torch, knows no limit.

Which networks make up a model is decided from what was seen (`roles`), which trainings are one (`lineages`), what they
come to (`totals`), what was not seen (`witnesses`) and what is worth a look (`remarks`). The same log gives the same
judgement, whatever order processes that ran side by side were heard in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from validator.evidence import CurvePoint, Flag, Network, Reading
from validator.measuring.meter import log as logs
from validator.measuring.meter import missing, notes, opened, pretrained, processes, regimes, remarks, turns, unseen
from validator.measuring.meter.counters import Counter
from validator.measuring.meter.log import Log
from validator.measuring.meter.roles import Cast, Part, cast
from validator.measuring.meter.totals import UNITS as COUNTED
from validator.measuring.meter.totals import totals
from validator.measuring.meter.trained import Trained, text

UNITS = {**COUNTED, "weights_examined": "tensors", "weights_lowest_p": "p"}
"""Name of each reading of a run to its unit."""
MAX_CURVE_POINTS = 500
MOST_CHARACTERS = 2000
UNKNOWN_PART = Part(role="", why="")


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the meter says of one run, ready for the evidence."""

    networks: tuple[Network, ...] = ()
    readings: Mapping[str, Reading] = field(default_factory=dict)
    curve: tuple[CurvePoint, ...] = ()
    flags: tuple[Flag, ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader should know beside the numbers, and no suspicion."""
    agreement: bool = True
    framework: str = ""
    complete: bool = False
    """Whether nothing is known to be missing from the log. How the run ended is not the judge's to know."""


def judge(
    *, records: Iterable[Mapping[str, Any]], counters: Sequence[Counter] | None, role: str, several: bool = False
) -> Judgement:
    """Judge one run. `counters` is None when the page could not be read; `several` networks may each be the model."""
    kept = [dict(record) for record in records]
    log = logs.read(kept, counters)
    found = cast(log, role, several=several)
    weights = pretrained.weights(kept, role=role)
    unmetered = processes.suspicious(kept)
    return Judgement(
        networks=tuple(_as_network(net, found, log) for net in log.networks),
        readings={**_readings(role, found, log), **weights.readings},
        curve=_curve(log),
        flags=tuple(map(_written, (*remarks.flags(log, found), *unmetered, *weights.flags, *opened.suspicious(kept)))),
        notes=tuple(notes.notes(log, found)),
        agreement=unseen.agree(log),
        framework=log.framework or (log.foreign and f"{log.foreign}, not counted"),
        complete=not unmetered and not any(unseen.unseen_work(log)),
    )


def _written(flag: Flag) -> Flag:
    """The flag in words that can be written down, whatever a process said."""
    return replace(flag, detail=text(flag.detail, MOST_CHARACTERS), where=text(flag.where))


def _as_network(net: Trained, found: Cast, log: Log) -> Network:
    part = found.parts.get(net.key, UNKNOWN_PART)
    uncounted = net.why_uncounted
    return Network(
        name=display(net, log),
        parameters=net.parameters,
        trainable=net.trainable,
        steps=None if uncounted else net.updates,
        gradient_computations=None if net.unseen else net.own_gradients,
        optimiser_calls=net.calls,
        witnesses=unseen.witnesses_of(net, log),
        counted=net in found.networks,
        why=uncounted or part.why,
        kind=net.kind,
        role=part.role,
        variable=net.label,
        widest=net.widest,
        unverified=net.unverified,
        restarts=net.restarts,
        since_restart=net.since_restart,
        copies=net.stacked,
        shapes=net.shapes,
        regime=regimes.regime_of(net, log.looked),
    )


def _readings(role: str, found: Cast, log: Log) -> dict[str, Reading]:
    counts = totals(found.counted)
    counts["steps_at_most"] = turns.at_most(found.counted, (*found.repeated, *found.others), log.looked)
    readings = {}
    for name, unit in COUNTED.items():
        why, value = missing.why_missing(name, found, log), counts[name]
        if not why and value is None:
            why = "the records do not tell"
        readings[f"{role}.{name}"] = (
            Reading.missing(unit=unit, why=why) if why else Reading(value=value, unit=unit, source="reported")
        )
    return readings


def _curve(log: Log) -> tuple[CurvePoint, ...]:
    several = len({pid for pid, _ in log.losses}) > 1
    by_network: dict[tuple[int, str], list[CurvePoint]] = {}
    for pid, point in log.losses:
        by_network.setdefault((pid, point.network), []).append(point)
    curve: list[CurvePoint] = []
    for (pid, name), points in by_network.items():
        shown = f"{name} of process {pid}" if several else name
        curve += [CurvePoint(network=shown, step=p.step, loss=p.loss) for p in thinned(points)]
    return tuple(curve)


def thinned(points: Sequence[CurvePoint]) -> list[CurvePoint]:
    """At most 500 points, evenly over the points there are, first and last included."""
    if len(points) <= MAX_CURVE_POINTS:
        return list(points)
    last = len(points) - 1
    return [points[index * last // (MAX_CURVE_POINTS - 1)] for index in range(MAX_CURVE_POINTS)]


def display(net: Trained, log: Log) -> str:
    """The name of a network, with its process where there are several."""
    several = len({other.pid for other in log.networks}) > 1
    return f"{net.name} of process {net.pid}" if several else net.name
