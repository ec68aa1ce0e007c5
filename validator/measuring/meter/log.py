"""The recorded log as networks: reads records and counters, and decides nothing about which network counts.

Unknown kinds of records are ignored, and so is a record that lacks what its kind must have. Logs of the first grammar,
whose agent could not see updates that no optimiser made, are read as far as they go.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from validator.evidence import CurvePoint
from validator.measuring.meter import foreign, forwards, page, regimes
from validator.measuring.meter.counters import Counter
from validator.measuring.meter.trained import Key, Looked, Record, Trained, pid_of, text, whole

MOST_NETWORKS = 1024
"""No honest notebook trains more; judging is quadratic in them."""
MOST_TOGETHER = 1000
KINDS = ("module", "raw", "slot", "jax")


@dataclass(frozen=True, kw_only=True)
class Log:
    """Everything the judge needs, in plain data."""

    networks: tuple[Trained, ...] = ()
    looked: tuple[Looked, ...] = ()
    losses: tuple[tuple[int, CurvePoint], ...] = ()
    """Process id and point."""
    framework: str = ""
    foreign: str = ""
    """Frameworks that the notebook's own code imports and of which nothing can be counted, in words."""
    miscounted: Mapping[str, str] = field(default_factory=dict)
    """Framework whose self-test failed, to what it miscounted."""
    integrity: tuple[Record, ...] = ()
    tampered: tuple[str, ...] = ()
    degraded: tuple[str, ...] = ()
    """Witnesses that this platform does not have, in words."""
    faults: tuple[str, ...] = ()
    together: tuple[tuple[int, frozenset[str], int], ...] = ()
    elsewhere: int = 0
    """Gradient computations that reached no known network, inputs left out."""
    functional: int = 0
    """Those of them that torch.func made: trained values may live outside every module."""
    forward_mode: int = 0
    """Forward-mode derivatives with respect to what looks like parameters."""
    redirections: tuple[Record, ...] = ()
    repairs: tuple[Record, ...] = ()
    notices: tuple[Record, ...] = ()
    disagreements: tuple[str, ...] = ()
    pids: tuple[int, ...] = ()
    page_readable: bool = True


@dataclass
class _Entry:
    net: Record
    counts: Record = field(default_factory=dict)
    ended_ns: int = 0
    before_restart: int = 0

    def take(self, record: Record) -> None:
        """A later total of the same network."""
        if whole(record.get("updates")) > whole(self.counts.get("updates")) or not self.ended_ns:
            self.ended_ns = whole(record.get("updated_ns")) or whole(record.get("t"))
        if whole(record.get("restarts")) > whole(self.counts.get("restarts")):
            self.before_restart = whole(self.counts.get("updates"))
        self.counts = record


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
    networks, looked, disagreements = _networks(kept, counters)
    reach = {(pid_of(record), text(record.get("framework"), 20)): record for record in kept.get("reach", [])}
    total = {
        name: sum(whole(record.get(name)) for record in reach.values())
        for name in ("elsewhere", "inputs", "functional", "forward_mode")
    }
    hellos = kept.get("hello", [])
    return Log(
        networks=networks,
        looked=looked,
        losses=_losses(kept.get("loss", [])),
        framework=_framework(kept.get("framework", [])),
        foreign=foreign.uncounted(kept.get("import", [])),
        miscounted=_miscounted(kept.get("selftest", [])),
        integrity=tuple(kept.get("integrity", [])),
        tampered=_said(kept.get("tampered", [])),
        degraded=_said(kept.get("degraded", [])),
        faults=tuple(_faults(kept.get("fault", []), networks)),
        together=tuple(_together(reach))[:MOST_TOGETHER],
        elsewhere=total["elsewhere"],
        functional=total["functional"],
        forward_mode=total["forward_mode"],
        redirections=tuple(kept.get("redirect", [])),
        repairs=tuple(kept.get("repair", [])),
        notices=tuple(kept.get("notice", [])),
        disagreements=disagreements,
        pids=tuple(dict.fromkeys(pid_of(record) for record in hellos)),
        page_readable=counters is not None,
    )


def _networks(
    kept: dict[str, list[Record]], counters: Sequence[Counter] | None
) -> tuple[tuple[Trained, ...], tuple[Looked, ...], tuple[str, ...]]:
    entries = _entries(kept)
    first = {pid_of(record) for record in kept.get("hello", []) if record.get("grammar") == 1}
    known = [_network(key, entry, first_grammar=key[0] in first) for key, entry in entries.items()]
    ended = {network.key: network.ended_ns for network in known if network.moved}
    looked = tuple(forwards.looked(forwards.tallies(kept.get("forward", []), kept.get("free", [])), ended))
    worn = {(pid_of(said), whole(said.get("net"))) for said in kept.get("weights", []) if said.get("fresh") is False}
    used = regimes.by_network(kept.get("optimiser", []))
    watched = [
        replace(_with_images(net, looked), worn=net.key in worn, optimisers=used.get(net.key, ())) for net in known
    ]
    own = [whole(entry.net.get("pid")) or key[0] for key, entry in entries.items()]
    byes = {pid_of(record) for record in kept.get("bye", [])}
    networks, disagreements = page.set_beside(zip(watched, own, strict=True), counters, byes)
    return networks, looked, disagreements


def _entries(kept: dict[str, list[Record]]) -> dict[Key, _Entry]:
    entries: dict[Key, _Entry] = {}
    for record in kept.get("net", []):
        key = (pid_of(record), whole(record.get("net")))
        if key not in entries and len(entries) >= MOST_NETWORKS:
            continue
        entry = entries.setdefault(key, _Entry(net=record))
        entry.net = {**record, "t": entry.net.get("t")}
    for record in kept.get("counts", []):
        known = entries.get((pid_of(record), whole(record.get("net"))))
        if known is not None:
            known.take(record)
    return entries


def _network(key: Key, entry: _Entry, *, first_grammar: bool) -> Trained:
    net, counts = entry.net, entry.counts
    updates, gradients, restarts = (whole(counts.get(name)) for name in ("updates", "gradients", "restarts"))
    own = whole(counts.get("own_gradients")) if "own_gradients" in counts else gradients
    # The first agents counted updates by optimisers only: what gradients alone reached may have changed each time.
    unknown = first_grammar and not counts.get("calls") and counts.get("changed") is not False
    kind = text(net.get("of"), 10) or _kind(net)
    return Trained(
        pid=key[0],
        net=key[1],
        name=text(net.get("name", f"network {key[1]}"), 120),
        kind=kind if kind in KINDS else "module",
        label=text(net.get("variable"), 80),
        classes=frozenset(text(name).rpartition(".")[2] for name in _list(net.get("class"))),
        signature=text(net.get("signature"), 64),
        parameters=whole(net.get("elements")),
        trainable=min(whole(net.get("trainable")), whole(net.get("elements"))),
        tensors=whole(net.get("tensor_count")),
        stacked=max(1, whole(net.get("copies"))),
        fed=net.get("fed") is True,
        shared={text(name, 120): whole(size) for name, size in _table(net.get("shared")).items()},
        continues=text(net.get("continues"), 120) or None,
        updates=updates,
        unverified=gradients if unknown else whole(counts.get("unverified")),
        widest=min(whole(counts.get("widest")), updates) if "widest" in counts else None,
        gradients=gradients,
        own_gradients=own if own >= updates and (own or not gradients) else gradients,
        calls=whole(counts.get("calls")),
        repeats=whole(counts.get("repeats")),
        restarts=restarts,
        since_restart=max(0, updates - entry.before_restart) if restarts else None,
        free_writes=whole(counts.get("free_writes")),
        noticed={name: n for name in ("key", "content", "slot") if (n := whole(_table(counts.get("by")).get(name)))},
        digest=text(counts.get("digest"), 64),
        began_ns=whole(net.get("t")),
        ended_ns=max(entry.ended_ns, whole(net.get("t"))),
        shapes=regimes.shapes_of(net),
    )


def _kind(net: Record) -> str:
    """Of a log whose agent does not say it, by the name that it gives to tensors without a module."""
    return "raw" if text(net.get("name")).startswith("raw#") else "module"


def _with_images(network: Trained, looked: Iterable[Looked]) -> Trained:
    own = [tally for tally in looked if (tally.pid, tally.net) == network.key]
    twins = [tally.name for tally in own if tally.copy is not None and tally.quiet_images]
    return replace(network, images_after=max((tally.images_after for tally in own), default=0), twins=tuple(twins[:8]))


def _said(records: list[Record]) -> tuple[str, ...]:
    """What each of them is about, once."""
    return tuple(dict.fromkeys(text(record.get("what")) for record in records))


def _faults(records: list[Record], networks: Sequence[Trained]) -> Iterator[str]:
    for record in records[:MOST_NETWORKS]:
        yield text(record.get("what"))
    if len(networks) >= MOST_NETWORKS:
        yield f"{MOST_NETWORKS:,} networks are told apart, any more are not"


def _losses(records: list[Record]) -> tuple[tuple[int, CurvePoint], ...]:
    return tuple(
        (pid_of(record), CurvePoint(network=text(record.get("name")), step=whole(record.get("step")), loss=float(loss)))
        for record in records
        if isinstance(loss := record.get("loss"), (int, float)) and not isinstance(loss, bool) and abs(loss) < 1e300
    )


def _framework(records: list[Record]) -> str:
    words = (f"{text(record.get('name'))} {text(record.get('version'))}".strip() for record in records)
    return ", ".join(sorted(dict.fromkeys(words)))[:120]


def _miscounted(records: list[Record]) -> dict[str, str]:
    failed = [record for record in records if record.get("ok") is False]
    return {text(record.get("framework"), 20) or "torch": text(record.get("what")) for record in failed}


def _together(reach: Mapping[tuple[int, str], Record]) -> Iterator[tuple[int, frozenset[str], int]]:
    for (pid, _), record in reach.items():
        for row in _list(record.get("together")):
            if isinstance(row, list) and len(row) == 2 and isinstance(row[0], list):
                yield pid, frozenset(text(name, 120) for name in row[0]), whole(row[1])


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _table(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}
