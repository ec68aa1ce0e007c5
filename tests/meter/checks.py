"""Sets what the meter said of a style beside what is right; each difference is a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.meter.metered import Metered
from tests.meter.styles import TRUTH, Expected, Span
from validator.measuring.meter.judge import Judgement

DISHONEST = frozenset(
    {
        "counts-disagree",
        "meter-integrity",
        "agent-fault",
        "updates-without-gradient",
        "judged-untrained",
        "forward-mode",
        "tampered",
        "unmetered-process",
        "pretrained-suspected",
        "unverified-updates",
        "self-test-failed",
    }
)
"""Kinds of flags that no honest training raises."""
FIELDS = {"parameters": "elements"}
"""Numbers that have another name in a record."""


def networks(style: Metered) -> list[dict[str, Any]]:
    """The last `net` record of each network, with its last `counts`, or what the counter page has beyond them."""
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for record in style.records:
        if record["kind"] in ("net", "counts"):
            key = (record["pid"], record["net"])
            found[key] = {**found.get(key, {"updates": 0, "gradients": 0, "calls": 0}), **record}
    for counter in style.counters:
        net = found.get((counter.pid, counter.net), {})
        net |= {key: max(net[key], getattr(counter, key)) for key in ("updates", "gradients", "calls") if net}
    return list(found.values())


def wrong_counts(style: Metered) -> list[str]:
    """Networks that are not there, and numbers that are not right."""
    seen = networks(style)
    wrong = [sentence for expected in style.style.networks for sentence in _wrong(expected, seen, style.stdout)]
    for name in style.style.untouched:
        wrong += [f"{net['name']}: {net['updates']} updates" for net in _named(name, seen) if net["updates"]]
    return wrong


def _wrong(expected: Expected, seen: list[dict[str, Any]], stdout: str) -> Iterator[str]:
    fitting = _named(expected.name, seen)
    if not fitting:
        yield f"no network {expected.name} among {[net.get('name') for net in seen]}"
        return
    net = max(fitting, key=lambda net: int(net["updates"]))
    truths = dict(re.findall(r"(\w+)=(\d+)", " ".join(re.findall(r"^truth: (.*)$", stdout, re.MULTILINE))))
    for key, number in expected.numbers.items():
        right = frozenset({int(truths[key])}) if number == TRUTH else number
        got = net.get(FIELDS.get(key, key))
        if got not in right:
            yield f"{net['name']}: {key} {got}, right is {told(right)}"


def told(span: Span) -> str:
    """`12`, or `11 or 12`."""
    return " or ".join(map(str, sorted(span)))


def _named(name: str, seen: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if name == "*":
        return [net for net in seen if net["gradients"]]
    return [net for net in seen if net.get("name") == name or str(net.get("name")).split("#")[0] == name]


def wrong_verdict(style: Metered) -> list[str]:
    """The model's number of steps, or that it is unknown and why; and the flags of dishonesty."""
    judgement = style.judged()
    reading = judgement.readings["model.steps"]
    raised = {flag.kind for flag in judgement.flags} & DISHONEST
    details = "; ".join(f"{flag.kind}: {flag.detail}" for flag in judgement.flags)
    wrong = []
    if style.style.unknown is not None:
        if reading.value is not None or style.style.unknown not in f"{reading.why}; {details}":
            wrong.append(f"steps {reading.value} ({reading.why}; {details}), unknown because {style.style.unknown}")
    else:
        wrong += _readings(style, judgement)
    if missing := style.style.flags - {flag.kind for flag in judgement.flags}:
        wrong.append(f"not flagged: {', '.join(sorted(missing))} (but {details})")
    if surplus := raised - style.style.flags - style.style.maybe:
        wrong.append(f"flagged: {', '.join(sorted(surplus))} ({details})")
    return wrong


def _readings(style: Metered, judgement: Judgement) -> Iterator[str]:
    for name, right in (("steps", style.style.steps), ("parameters", style.style.parameters)):
        reading = judgement.readings[f"model.{name}"]
        if right is not None and reading.value not in right:
            yield f"{name} of the model {reading.value} ({reading.why}), right is {told(right)}"
