"""The recorded log as networks: reads records and counters, and decides nothing about which network counts.

Unknown kinds of records are ignored, and so is a record that lacks what its kind must have.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from validator.evidence import CurvePoint
from validator.measuring.meter.counters import Counter

Record = dict[str, Any]
MOST_NETWORKS = 1024
"""No honest notebook trains more; judging is quadratic in them."""


@dataclass(frozen=True, kw_only=True)
class Trained:
    """One network of one process with everything the agent said about it."""

    pid: int
    net: int
    name: str
    label: str
    """The variable name where there is one, for people."""
    signature: str
    parameters: int
    trainable: int
    shared: dict[str, int]
    """Elements it has in common with networks met before it, by their names."""
    continues: str | None
    updates: int
    gradients: int
    own_gradients: int
    calls: int
    repeats: int
    changed: bool | None
    began_ns: int
    ended_ns: int
    quiet_images_after: int
    """Images it saw without gradients after its last update."""
    on_page: bool

    @property
    def stepped(self) -> bool:
        """Whether an optimiser ever stepped it."""
        return self.calls > 0

    @property
    def moved_otherwise(self) -> bool:
        """Whether gradients reach it, no optimiser steps it, and its values are not known to have stayed."""
        return not self.stepped and self.gradients > 0 and self.changed is not False


@dataclass(frozen=True, kw_only=True)
class Log:
    """Everything the judge needs, in plain data."""

    networks: tuple[Trained, ...] = ()
    losses: tuple[tuple[int, CurvePoint], ...] = ()
    """Process id and point."""
    framework: str = ""
    integrity: tuple[Record, ...] = ()
    faults: tuple[str, ...] = ()
    together: tuple[tuple[int, frozenset[str], int], ...] = ()
    elsewhere: int = 0
    """Gradient computations that reached no known network."""
    functional: int = 0
    """Those of them that torch.func made: trained values may live outside every module."""
    redirections: tuple[Record, ...] = ()
    repairs: tuple[Record, ...] = ()
    disagreements: tuple[str, ...] = ()
    pids: tuple[int, ...] = ()
    page_readable: bool = True


@dataclass
class _Entry:
    net: Record
    counts: Record = field(default_factory=dict)
    ended_ns: int = 0
    images_after: int = 0
    said_bye: bool = False


def read_records(path: Path) -> Iterator[Record]:
    """The records of a log file; a line that is torn or no object is left out."""
    with path.open("rb") as file:
        for line in file:
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(record, dict):
                yield record


def read(records: Iterable[Record], counters: Sequence[Counter] | None) -> Log:
    """Gather the records of each network, and set the page of counters beside them."""
    kept: dict[str, list[Record]] = {}
    for record in records:
        kept.setdefault(str(record.get("kind")), []).append(record)
    entries = _entries(kept)
    byes = {_pid(record) for record in kept.get("bye", [])}
    networks, disagreements = _with_page(entries, counters, byes)
    reach = {_pid(record): record for record in kept.get("reach", [])}
    return Log(
        networks=networks,
        losses=_losses(kept.get("loss", [])),
        framework=_framework(kept.get("framework", [])),
        integrity=tuple(kept.get("integrity", [])),
        faults=tuple(_faults(kept.get("fault", []), networks)),
        together=tuple(_together(reach)),
        elsewhere=sum(_whole(record.get("elsewhere")) for record in reach.values()),
        functional=sum(_whole(record.get("functional")) for record in reach.values()),
        redirections=tuple(kept.get("redirect", [])),
        repairs=tuple(kept.get("repair", [])),
        disagreements=disagreements,
        pids=tuple(dict.fromkeys(_pid(record) for record in kept.get("hello", []))),
        page_readable=counters is not None,
    )


def _entries(kept: dict[str, list[Record]]) -> dict[tuple[int, int], _Entry]:
    entries: dict[tuple[int, int], _Entry] = {}
    for record in kept.get("net", []):
        key = (_pid(record), _whole(record.get("net")))
        if key not in entries and len(entries) >= MOST_NETWORKS:
            continue
        entry = entries.setdefault(key, _Entry(net=record))
        entry.net = {**record, "t": entry.net.get("t")}
    for record in kept.get("counts", []):
        known = entries.get((_pid(record), _whole(record.get("net"))))
        if known is None:
            continue
        if _whole(record.get("updates")) > _whole(known.counts.get("updates")) or not known.ended_ns:
            known.ended_ns = _whole(record.get("updated_ns")) or _whole(record.get("t"))
        known.counts = record
    for record in kept.get("forward", []):
        known = entries.get((_pid(record), _whole(record.get("net"))))
        if known is not None:
            known.images_after = _whole(record.get("images_since_update"))
    return entries


def _with_page(
    entries: dict[tuple[int, int], _Entry], counters: Sequence[Counter] | None, byes: set[int]
) -> tuple[tuple[Trained, ...], tuple[str, ...]]:
    """The page is exact up to the last instruction; records may lag behind it until the process said bye."""
    page = {(counter.pid, counter.net): counter for counter in counters or ()}
    networks, disagreements = [], []
    for key, entry in entries.items():
        # The page knows processes by their own word, which inside a pid namespace is another number.
        counter = page.pop((_whole(entry.net.get("pid")) or key[0], key[1]), None)
        network = _network(key, entry)
        if counter is not None:
            pairs = [(counter.updates, network.updates), (counter.calls, network.calls)]
            # The page may be ahead of the log, because a dead process sends nothing; never behind it.
            if any(seen < said or (seen > said and key[0] in byes) for seen, said in pairs):
                disagreements.append(
                    f"{network.name}: {network.updates:,} updates by the optimiser hooks, "
                    f"{counter.updates:,} on the counter page"
                )
            network = replace(
                network,
                updates=max(network.updates, counter.updates),
                gradients=max(network.gradients, counter.gradients),
                own_gradients=network.own_gradients + max(0, counter.gradients - network.gradients),
                calls=max(network.calls, counter.calls),
                on_page=True,
            )
        networks.append(network)
    disagreements += [f"process {pid}: a network on the counter page that no record names" for pid, _ in page]
    return tuple(networks), tuple(disagreements)


def _network(key: tuple[int, int], entry: _Entry) -> Trained:
    net, counts = entry.net, entry.counts
    shared = net.get("shared")
    gradients = _whole(counts.get("gradients"))
    return Trained(
        pid=key[0],
        net=key[1],
        name=str(net.get("name", f"network {key[1]}"))[:120],
        label=str(net.get("variable") or "")[:80],
        signature=str(net.get("signature", ""))[:64],
        parameters=_whole(net.get("elements")),
        trainable=_whole(net.get("trainable")),
        shared={str(name): _whole(size) for name, size in shared.items()} if isinstance(shared, dict) else {},
        continues=str(net["continues"])[:120] if net.get("continues") else None,
        updates=_whole(counts.get("updates")),
        gradients=gradients,
        own_gradients=_whole(counts.get("own_gradients", gradients)),
        calls=_whole(counts.get("calls")),
        repeats=_whole(counts.get("repeats")),
        changed=counts["changed"] if isinstance(counts.get("changed"), bool) else None,
        began_ns=_whole(net.get("t")),
        ended_ns=max(entry.ended_ns, _whole(net.get("t"))),
        quiet_images_after=entry.images_after,
        on_page=False,
    )


def _faults(records: list[Record], networks: Sequence[Trained]) -> Iterator[str]:
    for record in records[:MOST_NETWORKS]:
        yield str(record.get("what", ""))[:200]
    if len(networks) >= MOST_NETWORKS:
        yield f"{MOST_NETWORKS:,} networks are told apart, any more are not"


def _losses(records: list[Record]) -> tuple[tuple[int, CurvePoint], ...]:
    return tuple(
        (_pid(record), CurvePoint(network=str(record.get("name")), step=_whole(record.get("step")), loss=float(loss)))
        for record in records
        if isinstance(loss := record.get("loss"), (int, float)) and not isinstance(loss, bool) and abs(loss) < 1e300
    )


def _framework(records: list[Record]) -> str:
    words = (f"{record.get('name', '')} {record.get('version', '')}".strip() for record in records)
    return ", ".join(dict.fromkeys(words))[:120]


def _together(reach: dict[int, Record]) -> Iterator[tuple[int, frozenset[str], int]]:
    for pid, record in reach.items():
        rows = record.get("together")
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, list) and len(row) == 2 and isinstance(row[0], list):
                yield pid, frozenset(map(str, row[0])), _whole(row[1])


def _pid(record: Record) -> int:
    """As the kernel attests it; the process's own word where the system does not tell."""
    return _whole(record.get("peer")) or _whole(record.get("pid"))


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else 0
