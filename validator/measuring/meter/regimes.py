"""How a network was trained, beside how often: optimisers with their settings, batches, the shapes of its tensors.

Reads `optimiser`, `net` and `forward` records; decides nothing about which network counts.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from validator.evidence import Optimiser, Regime
from validator.measuring.meter.trained import Key, Looked, Record, Trained, pid_of, text, whole

MOST_SHAPES, MOST_DIMENSIONS = 400, 8
MOST_SETTINGS = 24
LONGEST = 400
"""Records of optimisers of one network that are read."""


def shapes_of(net: Mapping[str, Any]) -> dict[str, int]:
    """Shape such as `64x3x3x3` to how many tensors have it; none where the record does not list every tensor."""
    listed = net.get("tensors")
    if not isinstance(listed, list) or len(listed) > MOST_SHAPES or len(listed) != whole(net.get("tensor_count")):
        return {}
    found: Counter[str] = Counter()
    for entry in listed:
        shape = entry[0] if isinstance(entry, list) and entry else None
        if not isinstance(shape, list) or len(shape) > MOST_DIMENSIONS:
            return {}
        found["x".join(str(whole(size)) for size in shape) or "1"] += 1
    return dict(sorted(found.items()))


def by_network(records: Iterable[Record]) -> dict[Key, tuple[Optimiser, ...]]:
    """The optimisers of each network, in the order of their first calls; of each the last that was said."""
    found: dict[Key, dict[int, Optimiser]] = {}
    for record in records:
        of = found.setdefault((pid_of(record), whole(record.get("net"))), {})
        if len(of) < LONGEST:
            of[whole(record.get("number"))] = _optimiser(record)
    return {key: tuple(of[number] for number in sorted(of)) for key, of in found.items()}


def regime_of(net: Trained, looked: Iterable[Looked]) -> Regime | None:
    """How it was trained; None where nothing was seen of that."""
    own = [tally for tally in looked if (tally.pid, tally.net) == net.key and tally.copy is None]
    most = max(own, key=lambda tally: tally.images, default=None)
    images, calls = (most.images, most.calls) if most is not None else (0, 0)
    if not net.optimisers and not images:
        return None
    return Regime(optimisers=net.optimisers, images=images, calls=calls)


def _optimiser(record: Record) -> Optimiser:
    return Optimiser(
        name=text(record.get("class"), 80),
        groups=whole(record.get("groups")),
        settings=dict(_settings(record.get("settings"))),
        calls=whole(record.get("calls")),
        first_rate=_number(record.get("rate")),
        last_rate=_number(record.get("last")),
        lowest_rate=_number(record.get("lowest")),
        highest_rate=_number(record.get("highest")),
        rate_changes=whole(record.get("changes")),
    )


def _settings(said: Any) -> Iterator[tuple[str, float]]:
    for name, value in list(said.items())[:MOST_SETTINGS] if isinstance(said, dict) else []:
        number = _number(value)
        if number is not None:
            yield text(name, 40), number


def _number(value: Any) -> float | None:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or abs(value) > 1e300:
        return None
    return float(value) if math.isfinite(value) else None
