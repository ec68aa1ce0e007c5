"""Sets the page of counters beside the records: the second witness. Decides nothing about which network counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from validator.measuring.meter.counters import Counter
from validator.measuring.meter.trained import Key, Trained

MOST_STRAY = 20


def set_beside(
    networks: Iterable[tuple[Trained, int]], counters: Sequence[Counter] | None, byes: set[int]
) -> tuple[tuple[Trained, ...], tuple[str, ...]]:
    """Networks with what the page knows better, and where the two disagree.

    Each network comes with its process by its own word, which is how the page knows it: inside a pid namespace that
    is another number. The page is exact up to the last instruction; records may lag behind until the process said bye.
    """
    page: dict[Key, Counter] = {(counter.pid, counter.net): counter for counter in counters or ()}
    told, disagreements = [], []
    for network, own_pid in networks:
        counter = page.pop((own_pid, network.net), None)
        if counter is None:
            told.append(network)
            continue
        if _disagree(network, counter, ended=network.pid in byes):
            disagreements.append(
                f"{network.name}: {network.updates:,} updates and {network.calls:,} optimiser calls in the records, "
                f"{counter.updates:,} and {counter.calls:,} on the counter page"
            )
        told.append(_with(network, counter))
    stray = [f"process {pid}: a network on the counter page that no record names" for pid, _ in page]
    return tuple(told), (*disagreements, *stray[:MOST_STRAY])


def _disagree(network: Trained, counter: Counter, *, ended: bool) -> bool:
    """The page may be ahead of the log, because a dead process sends nothing; never behind it."""
    pairs = [(counter.updates, network.updates), (counter.calls, network.calls)]
    return any(seen < said or (seen > said and ended) for seen, said in pairs)


def _with(network: Trained, counter: Counter) -> Trained:
    more = max(0, counter.gradients - network.gradients)
    return replace(
        network,
        updates=max(network.updates, counter.updates),
        gradients=network.gradients + more,
        own_gradients=network.own_gradients + more,
        calls=max(network.calls, counter.calls),
        on_page=True,
    )
