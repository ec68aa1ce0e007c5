"""What a reader should know beside the numbers and that is no suspicion: who was seen, and does not count.

Words only: a note never changes a verdict.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.measuring.meter import flow
from validator.measuring.meter.log import Log
from validator.measuring.meter.roles import Cast, trained_elsewhere

MOST_NOTES = 20


def notes(log: Log, found: Cast) -> Iterator[str]:
    """At most twenty sentences, in the order of weight."""
    every = [
        *_copies(found),
        *_stacked(found),
        *_ranks(log, found),
        *_frozen(log, found),
        *_strange_modules(log, found),
    ]
    every += [f"not watched here: {what}" for what in log.degraded]
    yield from dict.fromkeys(every[:MOST_NOTES])


def _copies(found: Cast) -> Iterator[str]:
    for net in found.networks:
        for twin in net.twins:
            yield f"{twin} is a copy of {net.name} (an average, or a state of it): its images count for {net.name}"


def _stacked(found: Cast) -> Iterator[str]:
    for net in found.networks:
        if net.stacked > 1:
            each = net.parameters // net.stacked
            yield f"{net.name} holds {net.stacked:,} models trained at once, {each:,} parameters each; all are counted"


def _ranks(log: Log, found: Cast) -> Iterator[str]:
    ranks = [net for net in log.networks if (part := found.parts.get(net.key)) and part.role == "rank"]
    if ranks:
        yield f"{len(ranks) + 1} processes trained one model together: it is counted once"


def _frozen(log: Log, found: Cast) -> Iterator[str]:
    """What is left to a person: a network that helped to train, and was not seen to judge or sample."""
    for net in flow.only_in_training(found.networks, log):
        yield (
            f"{net.name} ({net.parameters:,} parameters, never trained here) gave what the model was trained on, and "
            "was not seen to be needed afterwards: not counted"
        )


def _strange_modules(log: Log, found: Cast) -> Iterator[str]:
    """Modules without a network of their own: never reached by a gradient, so never trained here."""
    for tally in log.looked:
        if tally.net is not None or tally in found.strangers or tally in found.by_hand:
            continue
        if trained := trained_elsewhere(tally, log):
            yield f"{tally.name} is {trained.name} of process {trained.pid}, which trained it and handed it on"
            continue
        if tally.images:
            yield f"{tally.name} took part in the training ({tally.images:,} images) and was never updated: not counted"
        elif tally.quiet_images:
            seen = f"{tally.name} saw {tally.quiet_images:,} images and was never updated"
            yield f"{seen}: it measures, and is not part of the model"
