"""What the judge remarks beside the numbers: other trainings, other ways to count, witnesses that disagree.

Words only: knows no limit, and decides nothing about which network counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from validator.evidence import Flag
from validator.measuring.meter.log import Log, Trained


def gradients_of(net: Trained) -> int:
    """Those its updates rest on; for a network no optimiser steps, all that reached it."""
    return net.own_gradients if net.stepped else net.gradients


def flags(log: Log, candidates: list[Trained], counted: list[Trained], repeated: list[Trained]) -> Iterable[Flag]:
    """Every remark a person or a rule may care about, in the order of weight."""

    def flag(kind: str, detail: str) -> Flag:
        return Flag(kind=kind, detail=detail, source="reported")

    if repeated:
        yield flag("several-trainings", f"{_listed([*repeated, *counted])}; the last training is counted")
    others = [net for net in candidates if net not in counted and net not in repeated]
    if others and counted:
        yield flag("several-networks", f"{_listed(counted)} counted; not counted: {_listed(others)}")
    for net in counted:
        if net.moved_otherwise:
            yield flag(
                "updates-outside-optimiser",
                f"{net.name}: {net.gradients:,} gradient computations, no "
                "optimiser call" + (", and its values changed" if net.changed else ""),
            )
        elif gradients_of(net) > net.updates:
            yield flag(
                "gradients-exceed-steps",
                f"{net.name}: {gradients_of(net):,} gradient computations for {net.updates:,} updates",
            )
        if net.repeats:
            yield flag(
                "calls-without-gradient",
                f"{net.name}: {net.repeats:,} optimiser calls with no gradient "
                "computed since the same optimiser's last one",
            )
    for words in log.disagreements:
        yield flag("counts-disagree", words)
    if not log.page_readable:
        yield flag("counts-disagree", "the page of counters is gone or damaged")
    for entry in log.integrity:
        if entry.get("what") != "died":
            yield Flag(kind="meter-integrity", detail=_integrity_words(entry))
    for words in dict.fromkeys(log.faults):
        yield flag("agent-fault", words)
    for entry in log.redirections:
        yield flag(
            "data-redirected", f"{str(entry.get('asked'))[:200]} was served from {str(entry.get('served'))[:200]}"
        )


def _listed(nets: Iterable[Trained]) -> str:
    return "; ".join(f"{net.name} {net.parameters:,} parameters, {net.updates:,} steps" for net in nets)


def _integrity_words(entry: Mapping[str, Any]) -> str:
    more = {k: v for k, v in entry.items() if k not in ("kind", "what", "arrival_ns")}
    return f"{entry.get('what')}: " + ", ".join(f"{name} {value}" for name, value in more.items())[:300]
