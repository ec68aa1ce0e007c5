"""The judge: recorded log and counter page in, networks and readings out. Pure; loads no torch, knows no limit.

Which networks make up a model is decided here, from what was seen: all stepped networks of a generator are added;
of several classifiers the one that judged images after its last update counts; of repeated trainings the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from validator.evidence import CurvePoint, Flag, Network, Reading
from validator.measuring.meter import log as logs
from validator.measuring.meter import remarks
from validator.measuring.meter.counters import Counter
from validator.measuring.meter.log import Log, Trained
from validator.measuring.meter.remarks import gradients_of

MAX_CURVE_POINTS = 500
CLASSIFIER = "classifier"


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the meter says of one run, ready for the evidence."""

    networks: tuple[Network, ...] = ()
    readings: Mapping[str, Reading] = field(default_factory=dict)
    curve: tuple[CurvePoint, ...] = ()
    flags: tuple[Flag, ...] = ()
    agreement: bool = True
    framework: str = ""
    complete: bool = False
    """Whether nothing is known to be missing from the log. How the run ended is not the judge's to know."""


def judge(*, records: Iterable[Mapping[str, Any]], counters: Sequence[Counter] | None, role: str) -> Judgement:
    """Judge one run. `counters` is None when the page could not be read."""
    log = logs.read((dict(record) for record in records), counters)
    candidates = [net for net in log.networks if net.stepped or net.moved_otherwise]
    lineage, repeated = _without_repeats(candidates)
    counted = _classifier(lineage, log) if role == CLASSIFIER else lineage
    return Judgement(
        networks=tuple(_as_network(net, counted, repeated, log) for net in log.networks),
        readings=_readings(role, counted, log),
        curve=_curve(log),
        flags=tuple(remarks.flags(log, candidates, counted, repeated)),
        agreement=log.page_readable and not log.disagreements,
        framework=log.framework,
        complete=not log.faults and not any(_loses_records(entry) for entry in log.integrity),
    )


def _without_repeats(candidates: list[Trained]) -> tuple[list[Trained], list[Trained]]:
    """Networks of one architecture trained one after the other are trials: the last one is the submission's.

    One that starts from the values of an earlier one continues it: both stay, and their steps add up.
    """
    kept: list[Trained] = []
    repeated: list[Trained] = []
    for net in sorted(candidates, key=lambda net: net.ended_ns, reverse=True):
        later = [other for other in kept if other.signature == net.signature and other.signature]
        own = [other for other in later if other.pid == net.pid]
        at_once = any(net.ended_ns >= other.began_ns for other in own)
        continued = any(other.continues == net.name for other in own)
        (kept if not later or at_once or continued else repeated).append(net)
    return kept[::-1], repeated


def _classifier(lineage: list[Trained], log: Log) -> list[Trained]:
    """The network that judged most images after its last update (else the last), with what is trained through it."""
    if not lineage:
        return []
    best = max(lineage, key=lambda net: (net.quiet_images_after, net.ended_ns))
    return [net for net in lineage if net is best or _coupled(net, best, log) or _in_one_line(net, best)]


def _coupled(net: Trained, best: Trained, log: Log) -> bool:
    """Whether most of its gradients came through computations that reached the other one too."""
    if net.pid != best.pid:
        return False
    shared = sum(n for pid, names, n in log.together if pid == net.pid and {net.name, best.name} <= names)
    return shared * 2 > net.gradients


def _in_one_line(net: Trained, best: Trained) -> bool:
    return net.pid == best.pid and (best.continues == net.name or net.continues == best.name)


def _as_network(net: Trained, counted: list[Trained], repeated: list[Trained], log: Log) -> Network:
    witnesses = [
        *(["optimizer-hook"] if net.calls else []),
        *(["gradient-entry"] if net.gradients else []),
        *(["counter-page"] if net.on_page and log.page_readable else []),
    ]
    return Network(
        name=_display(net, log),
        parameters=net.parameters,
        trainable=net.trainable,
        steps=None if net.moved_otherwise or _unseen(net) else net.updates,
        gradient_computations=None if _unseen(net) else gradients_of(net),
        optimiser_calls=net.calls,
        witnesses=tuple(witnesses),
        counted=net in counted,
        why=_why(net, counted, repeated),
    )


def _why(net: Trained, counted: list[Trained], repeated: list[Trained]) -> str:
    if net in counted and net.moved_otherwise:
        return "gradients reach it but no optimiser steps it: how often it was updated is not known"
    if net in counted:
        return "trained, and part of the model" if len(counted) > 1 else "the network that was trained"
    if net in repeated:
        return "an earlier training of the same architecture; the last one counts"
    if not net.stepped and net.gradients:
        return "gradients pass through it, and its values never changed"
    if not net.stepped:
        return "held by an optimiser that never stepped it"
    return "trained too, but another network judged the images"


def _readings(role: str, counted: list[Trained], log: Log) -> dict[str, Reading]:
    counts = _counts(counted)
    units = {
        "parameters": "parameters",
        "trainable_parameters": "parameters",
        "steps": "steps",
        "gradient_computations": "gradient computations",
        "optimiser_calls": "optimiser calls",
    }
    readings = {}
    for name, unit in units.items():
        why = _why_missing(name, counted, log)
        readings[f"{role}.{name}"] = (
            Reading.missing(unit=unit, why=why) if why else Reading(value=counts[name], unit=unit, source="reported")
        )
    return readings


def _why_missing(name: str, counted: list[Trained], log: Log) -> str:
    """Why there is no such number; empty when there is one."""
    if not counted:
        return _why_nothing(log)
    otherwise = [net for net in counted if net.moved_otherwise]
    if otherwise and name in ("steps", "optimiser_calls"):
        return f"{otherwise[0].name} is trained without an optimiser of torch.optim: its updates cannot be counted yet"
    unseen = [net for net in counted if _unseen(net)]
    if unseen and name in ("steps", "gradient_computations"):
        return f"no gradient computation of {unseen[0].name} was seen: what its optimiser steps are is not known"
    return ""


def _unseen(net: Trained) -> bool:
    """Whether an optimiser steps it and no gradient computation was seen to reach it."""
    return net.stepped and not net.gradients


def _why_nothing(log: Log) -> str:
    if not log.pids:
        return "the agent reported nothing: no PyTorch was imported, or the run ended before"
    if log.elsewhere:
        return f"{log.elsewhere:,} gradient computations reached no network that is known: a person must look"
    if not log.framework:
        return "no optimiser step was seen: PyTorch was not imported"
    return "no optimiser step was seen"


def _counts(counted: list[Trained]) -> dict[str, int]:
    """Parameters are added over the networks, tied ones once; steps are the largest, added along one lineage."""
    models = [net for net in counted if not _continued(net, counted)]
    names = {(net.pid, net.name) for net in models}
    shared = sum(size for net in models for other, size in net.shared.items() if (net.pid, other) in names)
    lines = [_line(net, counted) for net in models]
    return {
        "parameters": sum(net.parameters for net in models) - shared,
        "trainable_parameters": sum(net.trainable for net in models) - min(shared, sum(n.trainable for n in models)),
        "steps": max((sum(net.updates for net in line) for line in lines), default=0),
        "gradient_computations": max((sum(gradients_of(net) for net in line) for line in lines), default=0),
        "optimiser_calls": max((sum(net.calls for net in line) for line in lines), default=0),
    }


def _continued(net: Trained, counted: list[Trained]) -> bool:
    return any(other.pid == net.pid and other.continues == net.name for other in counted)


def _line(net: Trained, counted: list[Trained]) -> list[Trained]:
    """The network and those it continues, newest first."""
    line = [net]
    while earlier := [
        other for other in counted if other.pid == net.pid and other.name == line[-1].continues and other not in line
    ]:
        line.append(earlier[0])
    return line


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


def _display(net: Trained, log: Log) -> str:
    several = len({other.pid for other in log.networks}) > 1
    return f"{net.name} of process {net.pid}" if several else net.name


def _loses_records(entry: Mapping[str, Any]) -> bool:
    return entry.get("what") in ("sequence-gap", "log-full", "silenced", "malformed", "count-decreased")
