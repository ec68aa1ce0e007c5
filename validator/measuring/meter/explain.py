"""One run in words for a student: what was counted, as what, how the counts differ here, what was not seen.

Reads the evidence of a run, not its records, so that it explains stored evidence too. Decides nothing, knows no limit.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Network, Run
from validator.measuring.meter import relations

HIDING = ("self-test-failed", "tampered", "unmetered-process", "meter-integrity", "agent-fault")
"""Flags that say that work may have been invisible."""
BOUNDS = ("steps_at_most", "steps_of_one_tensor")
"""Readings that are said only where they differ from the steps."""
COUNTS = ("parameters", "trainable_parameters", "steps", "gradient_computations", "optimiser_calls")
SEEN_BY = {
    "gradient-entry": "the entry of torch's gradient engine",
    "gradient-callback": "a callback in each compiled gradient of JAX",
    "value-change": "comparisons of the values",
    "value-fingerprint": "fingerprints of the values",
    "optimizer-hook": "the calls of optimisers",
    "counter-page": "a page of counters in shared memory",
}
STEP = (
    "A step is an update: a parameter of the network holds a new value after a gradient computation reached it, "
    "whoever wrote it; all changes between two gradient computations are one step."
)


def explained(run: Run) -> dict[str, list[str]]:
    """Sentences under four headings; a heading without sentences is left out."""
    told = {
        "What counts": list(_networks(run)),
        "How the counts differ here": list(_counts(run)),
        "What is unknown": list(_unknown(run)),
        "Who saw it, and what was not seen": [*_witnesses(run), *(f"{note}." for note in run.notes)],
    }
    return {heading: sentences for heading, sentences in told.items() if sentences}


def shown_name(network: Network) -> str:
    """Its name, with the variable that held it."""
    return f"{network.name} ({network.variable})" if network.variable else network.name


def _networks(run: Run) -> Iterator[str]:
    counted = [network for network in run.networks if network.counted]
    for network in run.networks:
        word = "counts" if network.counted else "does not count"
        yield f"{shown_name(network)} {word}: {network.why or 'nothing else is known of it'}."
    if len([network for network in counted if network.role != "earlier"]) > 1:
        yield (
            "The parameters of the networks that count are added, shared ones once; the steps are those of the network "
            "with most of them."
        )


def _counts(run: Run) -> Iterator[str]:
    """About the counted network that was updated most often: the readings are its numbers."""
    counted = [network for network in run.networks if network.counted and network.steps]
    if not counted:
        return
    yield STEP
    most = max(counted, key=lambda network: (network.steps or 0, network.name))
    yield from (f"{shown_name(most)}: {words}." for words in relations.relations(most))
    if any(network.role == "earlier" for network in counted):
        yield "Where a network goes on from the values of an earlier one, the steps of both are added."


def _unknown(run: Run) -> Iterator[str]:
    """Each reason once, with the numbers that are missing for it."""
    reasons: dict[str, list[str]] = {}
    for name, reading in run.readings.items():
        short = name.rpartition(".")[2]
        if reading.value is None and short in COUNTS:
            reasons.setdefault(reading.why, []).append(short.replace("_", " "))
    for why, names in reasons.items():
        yield f"{', '.join(names)}: {why}."


def _witnesses(run: Run) -> Iterator[str]:
    names = dict.fromkeys(name for network in run.networks if network.counted for name in network.witnesses)
    if names:
        seen = ", ".join(SEEN_BY.get(name, name) for name in names)
        yield f"The counts rest on {seen}: " + ("they agree." if run.agreement else "they do not agree.")
    hiding = [flag for flag in run.flags if flag.kind in HIDING]
    yield from (f"Work may have been invisible: {flag.detail}." for flag in hiding)
    if names and run.complete and not hiding:
        yield "Nothing is known to be missing."
    elif names and not run.complete:
        yield "The counts do not cover a whole run: they are lower bounds."
