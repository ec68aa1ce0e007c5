"""What the judge remarks beside the numbers: other trainings, other ways to count, witnesses that disagree.

Words only: knows no limit, and decides nothing about which network counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from validator.evidence import Flag
from validator.measuring.meter.lineages import Line
from validator.measuring.meter.log import Log
from validator.measuring.meter.roles import Cast
from validator.measuring.meter.trained import FREE_WRITES, Trained

MAX_LISTED = 8
MAX_TOLD = 50
NOTICES = {
    "download": "tried-to-download",
    "input": "asked-for-input",
    "gpu": "needs-gpu",
    "smoke": "smoke-time",
}
"""What a notice of the agent is called in the evidence."""


def flags(log: Log, found: Cast) -> Iterator[Flag]:
    """Every remark a person or a rule may care about, in the order of weight."""
    for framework, what in log.miscounted.items():
        words = f"the meter miscounted its self-test with {framework}: {what}; nothing of it is counted"
        yield _flag("self-test-failed", words)
    yield from _without_gradients(log, found)
    yield from _of_trainings(found)
    for net in found.networks:
        yield from _of_network(net)
    yield from _of_log(log)


def _without_gradients(log: Log, found: Cast) -> Iterator[Flag]:
    """Training that no count of gradients can see."""
    for tally in found.strangers:
        words = "no gradient computation reached it, and it is no copy of a network trained here"
        yield _flag("judged-untrained", f"{tally.name} saw {tally.images_after:,} images last; {words}")
    for tally in found.by_hand:
        words = f"{tally.name} changed {tally.free_writes:,} times, and no gradient computation ever reached it"
        yield _flag("updates-without-gradient", words)
    for net in log.networks:
        if net.by_hand:
            words = f"{net.name} changed {net.free_writes:,} times with no gradient computation since its last update"
            yield _flag("updates-without-gradient", words)
    seen = sum(net.gradients for net in log.networks)
    if log.forward_mode > (max(FREE_WRITES, seen) if seen else 0):
        words = f"{log.forward_mode:,} derivatives in forward mode: what they trained is not counted"
        yield _flag("forward-mode", words)
    functional = any(net.kind in ("slot", "jax") for net in log.networks)
    if log.functional and not functional:
        words = f"{log.functional:,} gradient computations by torch.func: what they trained is not counted"
        yield _flag("unverified-updates", words)


def _of_trainings(found: Cast) -> Iterator[Flag]:
    if found.repeated:
        listed = _listed([*found.counted, *found.repeated])
        yield _flag("several-trainings", f"{listed}; only the training that was used at the end is counted")
    if found.others and found.counted:
        yield _flag("several-networks", f"{_listed(found.counted)} counted; not counted: {_listed(found.others)}")
    for line in [*found.counted, *found.repeated, *found.others]:
        if line.churned:
            words = (
                f"{len(line.nets):,} networks of one design, {line.updates:,} updates: one model copied at each step"
            )
            yield _flag("identity-churn", f"{words}, from {line.nets[-1].name} to {line.head.name}")


def _of_network(net: Trained) -> Iterator[Flag]:
    if net.unverified:
        most = f"at most {net.updates + net.unverified:,} updates, at least {net.updates:,}"
        yield _flag("unverified-updates", f"{net.name}: whether its values changed could not always be told: {most}")
    elif net.own_gradients > net.updates > 0:
        words = f"{net.own_gradients:,} gradient computations for {net.updates:,} updates"
        yield _flag("gradients-exceed-steps", f"{net.name}: {words}")
    if net.restarts:
        since = f", about {net.since_restart:,} since the last time" if net.since_restart is not None else ""
        times = "once" if net.restarts == 1 else f"{net.restarts:,} times"
        words = f"initialised again in place {times}: {net.updates:,} updates in all{since}"
        yield _flag("restarted", f"{net.name}: {words}")
    if net.repeats:
        calls = f"{net.repeats:,} optimiser calls with no gradient computed since the same optimiser's last one"
        yield _flag("calls-without-gradient", f"{net.name}: {calls}")


def _of_log(log: Log) -> Iterator[Flag]:
    for words in log.disagreements:
        yield _flag("counts-disagree", words)
    if not log.page_readable:
        yield _flag("counts-disagree", "the page of counters is gone or damaged")
    for words in log.tampered[:MAX_TOLD]:
        yield _flag("tampered", words)
    told = [entry for entry in log.integrity if entry.get("what") != "died"]
    for entry in told[:MAX_TOLD]:
        yield Flag(kind="meter-integrity", detail=_integrity_words(entry))
    if len(told) > MAX_TOLD:
        yield Flag(kind="meter-integrity", detail=f"and {len(told) - MAX_TOLD:,} more of such records")
    for words in list(dict.fromkeys(log.faults))[:MAX_TOLD]:
        yield _flag("agent-fault", words)
    yield from _headless(log)


def _headless(log: Log) -> Iterator[Flag]:
    """What was done so that the notebook runs where it was not written, and what it wanted that is not here."""
    for entry in log.redirections:
        asked, served = str(entry.get("asked"))[:200], str(entry.get("served"))[:200]
        yield _flag("data-redirected", f"{asked} was served from {served}")
    told = [("repaired", entry) for entry in log.repairs]
    told += [(NOTICES[str(entry.get("flag"))], entry) for entry in log.notices if str(entry.get("flag")) in NOTICES]
    flags = [
        Flag(kind=kind, detail=str(entry.get("what"))[:300], where=_where(entry), source="reported")
        for kind, entry in told
    ]
    yield from dict.fromkeys(flags[: 10 * MAX_TOLD])


def _where(entry: Mapping[str, Any]) -> str:
    cell = entry.get("cell")
    return cell[:40] if isinstance(cell, str) and cell.startswith("cell ") else ""


def _flag(kind: str, detail: str) -> Flag:
    return Flag(kind=kind, detail=detail, source="reported")


def _listed(lines: Iterable[Line]) -> str:
    words = [f"{line.head.name} {line.head.parameters:,} parameters, {line.updates:,} steps" for line in lines]
    more = [f"and {len(words) - MAX_LISTED:,} more"] if len(words) > MAX_LISTED else []
    return "; ".join([*words[:MAX_LISTED], *more])


def _integrity_words(entry: Mapping[str, Any]) -> str:
    more = {k: v for k, v in entry.items() if k not in ("kind", "what", "arrival_ns")}
    return f"{entry.get('what')}: " + ", ".join(f"{name} {value}" for name, value in more.items())[:300]
