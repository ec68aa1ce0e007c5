"""What the meter did not see, and what it saw only once: reasons why the counts may be too low, in words.

Knows records of integrity and who witnessed what; decides nothing about which network counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from validator.measuring.meter.log import Log
from validator.measuring.meter.trained import Trained

LOSING = frozenset(
    {
        "sequence-gap",
        "log-full",
        "silenced",
        "malformed",
        "count-decreased",
        "heartbeat-missing",
        "too-many-clients",
        "other-pid",
        "recorders-kind",
    }
)
"""What an integrity record says when something may be missing from the log."""


def witnesses_of(net: Trained, log: Log) -> tuple[str, ...]:
    """Which signals the counts of a network rest on."""
    values = "value-fingerprint" if net.kind == "jax" else "value-change"
    entry = "gradient-callback" if net.kind == "jax" else "gradient-entry"
    seen = {
        entry: net.gradients,
        values: net.updates and net.noticed,
        "optimizer-hook": net.calls,
        "counter-page": net.on_page and log.page_readable,
    }
    return tuple(name for name, there in seen.items() if there)


def unseen_work(log: Log) -> Iterator[str]:
    """Each reason why some of the work may have been invisible."""
    for framework, what in log.miscounted.items():
        yield f"the meter miscounted its self-test with {framework} ({what})"
    for what in log.tampered:
        yield f"the meter was interfered with inside the process ({what})"
    for what in dict.fromkeys(str(entry.get("what")) for entry in log.integrity if loses_records(entry)):
        yield f"records may be missing ({what})"
    for what in dict.fromkeys(log.faults):
        yield f"the agent failed somewhere and went on ({what})"


def agree(log: Log) -> bool:
    """Whether the witnesses that there are tell the same."""
    return log.page_readable and not log.disagreements


def loses_records(entry: Mapping[str, Any]) -> bool:
    """Whether this integrity record means that something said may not be in the log."""
    return str(entry.get("what")) in LOSING
