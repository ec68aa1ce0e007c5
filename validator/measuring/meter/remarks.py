"""What the judge remarks beside the numbers: other trainings, other ways to count, witnesses that disagree.

Words only: knows no limit, and decides nothing about which network counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from validator.evidence import Flag
from validator.measuring.meter.log import Log, Trained

MAX_LISTED = 8
MAX_TOLD = 50


def gradients_of(net: Trained) -> int:
    """Those its updates rest on; for a network no optimiser steps, all that reached it."""
    return net.own_gradients if net.stepped else net.gradients


def flags(log: Log, candidates: list[Trained], counted: list[Trained], repeated: list[Trained]) -> Iterator[Flag]:
    """Every remark a person or a rule may care about, in the order of weight."""
    if repeated:
        yield _flag("several-trainings", f"{_listed([*counted, *repeated])}; only the last training is counted")
    others = [net for net in candidates if net not in counted and net not in repeated]
    if others and counted:
        yield _flag("several-networks", f"{_listed(counted)} counted; not counted: {_listed(others)}")
    for net in counted:
        yield from _of_network(net)
    yield from _of_log(log)


def _of_network(net: Trained) -> Iterator[Flag]:
    gradients = f"{net.name}: {gradients_of(net):,} gradient computations"
    if net.moved_otherwise:
        moved = ", and its values changed" if net.changed else ""
        yield _flag("updates-outside-optimiser", f"{gradients}, no optimiser call{moved}")
    elif gradients_of(net) > net.updates:
        yield _flag("gradients-exceed-steps", f"{gradients} for {net.updates:,} updates")
    if net.repeats:
        calls = f"{net.repeats:,} optimiser calls with no gradient computed since the same optimiser's last one"
        yield _flag("calls-without-gradient", f"{net.name}: {calls}")


def _of_log(log: Log) -> Iterator[Flag]:
    if log.functional:
        words = f"{log.functional:,} gradient computations by torch.func: what they trained is not counted yet"
        yield _flag("updates-outside-optimiser", words)
    for words in log.disagreements:
        yield _flag("counts-disagree", words)
    if not log.page_readable:
        yield _flag("counts-disagree", "the page of counters is gone or damaged")
    told = [entry for entry in log.integrity if entry.get("what") != "died"]
    for entry in told[:MAX_TOLD]:
        yield Flag(kind="meter-integrity", detail=_integrity_words(entry))
    if len(told) > MAX_TOLD:
        yield Flag(kind="meter-integrity", detail=f"and {len(told) - MAX_TOLD:,} more of such records")
    for words in dict.fromkeys(log.faults):
        yield _flag("agent-fault", words)
    for entry in log.redirections:
        asked, served = str(entry.get("asked"))[:200], str(entry.get("served"))[:200]
        yield _flag("data-redirected", f"{asked} was served from {served}")
    for entry in log.repairs:
        yield _flag("repaired", str(entry.get("what"))[:300])


def _flag(kind: str, detail: str) -> Flag:
    return Flag(kind=kind, detail=detail, source="reported")


def _listed(nets: Iterable[Trained]) -> str:
    words = [f"{net.name} {net.parameters:,} parameters, {net.updates:,} steps" for net in nets]
    more = [f"and {len(words) - MAX_LISTED:,} more"] if len(words) > MAX_LISTED else []
    return "; ".join([*words[:MAX_LISTED], *more])


def _integrity_words(entry: Mapping[str, Any]) -> str:
    more = {k: v for k, v in entry.items() if k not in ("kind", "what", "arrival_ns")}
    return f"{entry.get('what')}: " + ", ".join(f"{name} {value}" for name, value in more.items())[:300]
