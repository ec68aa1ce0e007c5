"""Weights that this run did not make, and libraries it asked for: from records to flags and readings. Pure, no torch.

Everything here is evidence for a person. What cannot be judged (small tensors, structured ones, networks that no
record describes) is left out and never taken for fresh.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from validator.evidence import Flag, Reading
from validator.measuring.meter import foreign, freshness
from validator.measuring.meter.freshness import Doubt, Look

Record = Mapping[str, Any]
SUSPECT_P = 1e-6
"""Fresh tensors reached 0.0049 by chance where the test was tried out (8 seeds); trained ones underflow."""
SUSPECT_SPREADS = 10.0
"""Fresh tensors stay below 3, those of networks trained for 100 steps are beyond 10, for 400 beyond 150."""
MARGIN = 0.15
"""A fresh network is right more often than the most frequent label's share by chance, or by a look at brightness."""
MOST_FLAGS = 40
LISTED = 4
HERE = ("trained", "own")
"""Beginnings of origins: values that were trained in this process, or that the run wrote to a file before."""


@dataclass(frozen=True, kw_only=True)
class Weights:
    """What is known of where weights come from, ready for the evidence."""

    flags: tuple[Flag, ...] = ()
    readings: Mapping[str, Reading] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """One `weights` record, judged."""

    network: tuple[int, str]
    shape: str
    fresh: bool | None
    origin: str
    doubt: Doubt | None

    @property
    def made_here(self) -> bool:
        return self.fresh is True or self.origin.startswith(HERE)

    @property
    def suspect(self) -> bool:
        return self.doubt is not None and not self.made_here and _is_unlike_noise(self.doubt)


def weights(records: Iterable[Record], *, role: str) -> Weights:
    """Judge the weights and imports of one run."""
    kept: dict[str, list[Record]] = {}
    for record in records:
        kept.setdefault(str(record.get("kind")), []).append(record)
    elsewhere = _trained_elsewhere(kept)
    seen = [one for one in map(_seen, kept.get("weights", [])) if one is not None]
    suspects = [one for one in seen if one.suspect and one.network not in elsewhere]
    flags = [
        *foreign.loads(kept, {(*one.network, one.origin) for one in seen}),
        *_suspected(suspects, seen, _well_begun(kept.get("first_batch", []), seen, elsewhere)),
        *foreign.imports(kept.get("import", [])),
    ]
    return Weights(flags=tuple(flags[:MOST_FLAGS]), readings=_readings(role, seen))


def _seen(record: Record) -> _Seen | None:
    try:
        largest = record.get("largest")
        look = Look(
            shape=tuple(int(size) for size in record["shape"]),
            looked_at=int(record["looked_at"]),
            zeros=int(record["zeros"]),
            distinct=int(record["distinct"]),
            quantiles=tuple(float(value) for value in record["quantiles"]),
            repeated=float(record["repeated"]),
            largest=float(largest) if largest is not None else None,
        )
        doubt = freshness.doubt(look)
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None
    fresh = record.get("fresh")
    return _Seen(
        network=_network(record),
        shape=str(look.shape).replace(",)", ")"),
        fresh=fresh if isinstance(fresh, bool) else None,
        origin=str(record.get("origin") or "")[:200],
        doubt=doubt,
    )


def _is_unlike_noise(doubt: Doubt) -> bool:
    return doubt.p < SUSPECT_P or (doubt.beyond_edge or 0.0) > SUSPECT_SPREADS


def _trained_elsewhere(kept: Mapping[str, Sequence[Record]]) -> set[tuple[int, str]]:
    """Networks whose like another process of the run had trained before: workers that share or hand on weights."""
    nets = kept.get("net", [])
    trained = {_network(record) for record in kept.get("counts", []) if foreign.whole(record.get("updates"))}
    begun = [(_network(net), net.get("signature"), foreign.whole(net.get("t"))) for net in nets]
    return {
        name
        for name, signature, t in begun
        if any(
            signature and signature == other and name[0] != earlier[0] and before < t and earlier in trained
            for earlier, other, before in begun
        )
    }


def _well_begun(
    records: Iterable[Record], seen: Sequence[_Seen], elsewhere: set[tuple[int, str]]
) -> dict[tuple[int, str], str]:
    """Networks that were right far too often before their first update, with the numbers in words."""
    here = {one.network for one in seen if one.origin.startswith(HERE)} | elsewhere
    found = {}
    for record in records:
        images, correct = foreign.whole(record.get("images")), foreign.whole(record.get("correct"))
        classes, most = foreign.whole(record.get("classes")), foreign.whole(record.get("most_frequent"))
        if not images or classes < 2 or _network(record) in here or correct > images:
            continue
        chance = max(1 / classes, most / images)
        p = freshness.binomial_tail(correct, images, min(chance, 1.0))
        if p < SUSPECT_P and correct / images > chance + MARGIN:
            found[_network(record)] = (
                f"before its first update it was right on {correct:,} of {images:,} images of {classes:,} classes "
                f"({correct / images:.0%}; by chance at most {chance:.0%}, {_p_words(p)})"
            )
    return found


def _suspected(
    suspects: Sequence[_Seen], seen: Sequence[_Seen], well_begun: Mapping[tuple[int, str], str]
) -> Iterator[Flag]:
    networks = dict.fromkeys([*(one.network for one in suspects), *well_begun])
    for network in networks:
        own = [one for one in suspects if one.network == network]
        looked_at = [one for one in seen if one.network == network]
        said = []
        if own:
            listed = "; ".join(_tensor_words(one) for one in sorted(own, key=_weight)[:LISTED])
            said.append(
                f"{len(own)} of the {len(looked_at)} tensors looked at are unlike fresh weights when its training "
                f"begins: {listed}"
            )
        said += [well_begun[network]] if network in well_begun else []
        yield Flag(kind="pretrained-suspected", detail=f"{network[1]}: {'; '.join(said)}", source="reported")


def _weight(one: _Seen) -> float:
    return one.doubt.p if one.doubt is not None else 1.0


def _tensor_words(one: _Seen) -> str:
    if one.doubt is None:
        return one.shape
    words = [_p_words(one.doubt.p)] if one.doubt.p < SUSPECT_P else []
    if (one.doubt.beyond_edge or 0.0) > SUSPECT_SPREADS:
        words.append(f"largest singular value {one.doubt.beyond_edge:.0f} spreads beyond that of noise")
    return f"{one.shape} {', '.join(words)}"


def _p_words(p: float) -> str:
    return f"p = {p:.0e}" if p > 1e-300 else "p < 1e-300"


def _readings(role: str, seen: Sequence[_Seen]) -> dict[str, Reading]:
    """How many tensors were looked at as training began, and the lowest p of those that could be judged."""
    judged = [one.doubt.p for one in seen if one.doubt is not None and not one.made_here]
    count, lowest = f"{role}.weights_examined", f"{role}.weights_lowest_p"
    if not seen:
        return {}
    return {
        count: Reading(value=len(seen), unit="tensors", source="reported"),
        lowest: Reading(value=min(judged), unit="p", source="reported")
        if judged
        else Reading.missing(unit="p", why="every tensor holds what an initialiser wrote, or was trained in this run"),
    }


def _network(record: Record) -> tuple[int, str]:
    return foreign.process(record), str(record.get("name"))[:120]
