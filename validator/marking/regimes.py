"""How the trainings of several networks compare: steps, batches, optimisers and their settings, fact by fact.

Says what is alike within a tolerance and what differs; whether a difference is fair is a person's to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from validator.evidence import Optimiser, Regime
from validator.marking.networks import Named

TINY = 1e-12
BOOKKEEPING = frozenset({"max_lr", "min_lr"})
"""What a schedule of the learning rate keeps in the optimiser: the rates themselves are compared."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One fact of every network, in their order; `differs` beyond the tolerance it was held against."""

    fact: str
    values: tuple[str, ...]
    differs: bool
    known: bool = True
    """Whether it was seen of every network."""


def rows(networks: Sequence[Named], limits: Mapping[str, Decimal]) -> tuple[Row, ...]:
    """Every fact that was seen of one of them, under `steps_share` and `settings_share`."""
    steps, settings = float(limits.get("steps_share", 0)), float(limits.get("settings_share", 0))
    regimes = [one.network.regime for one in networks]
    return (
        _numbers("steps", [one.network.steps for one in networks], steps),
        _numbers("gradient computations", [one.network.gradient_computations for one in networks], steps),
        _numbers("images in training", [regime.images or None if regime else None for regime in regimes], steps),
        _numbers("images a batch", [_batch(regime) for regime in regimes], settings),
        _numbers("trainings of the design", [len(one.trainings) for one in networks], 0),
        _numbers("restarts in place", [sum(net.restarts for net in one.trainings) for one in networks], 0),
        *_of_optimisers([regime.optimisers if regime else () for regime in regimes], settings),
    )


def lacking(found: Sequence[Row]) -> tuple[str, ...]:
    """Facts that were not seen of every network."""
    return tuple(row.fact for row in found if not row.known)


def _batch(regime: Regime | None) -> float | None:
    return regime.images / regime.calls if regime is not None and regime.calls else None


def _of_optimisers(used: Sequence[tuple[Optimiser, ...]], tolerance: float) -> Iterator[Row]:
    yield _words("optimisers", [_names(optimisers) for optimisers in used])
    # Further optimisers are trials or phases; what a network ended with is compared.
    last = [optimisers[-1] if optimisers else None for optimisers in used]
    yield _numbers("groups of parameters", [one.groups if one else None for one in last], 0)
    rates = {
        "first learning rate": [one.first_rate if one else None for one in last],
        "last learning rate": [one.last_rate if one else None for one in last],
        "highest learning rate": [one.highest_rate if one else None for one in last],
    }
    for fact, values in rates.items():
        yield _numbers(fact, values, tolerance)
    yield _words("learning rate", [_schedule(one) if one else "" for one in last])
    names = sorted({name for one in last if one for name in one.settings} - BOOKKEEPING)
    for name in names:
        values = [one.settings.get(name) if one else None for one in last]
        if any(values) or not all(value == values[0] for value in values):
            yield _numbers(name.replace("_", " "), values, tolerance)


def _names(optimisers: tuple[Optimiser, ...]) -> str:
    return ", then ".join(one.name for one in optimisers)


def _schedule(optimiser: Optimiser) -> str:
    if optimiser.first_rate is None:
        return ""
    return "changed over the training" if optimiser.rate_changes else "constant"


def _numbers(fact: str, values: Sequence[float | int | None], tolerance: float) -> Row:
    seen = [value for value in values if value is not None]
    most, least = max(seen, default=0), min(seen, default=0)
    differs = len(seen) > 1 and most - least > tolerance * abs(most) + TINY
    return Row(
        fact=fact,
        values=tuple(map(number, values)),
        differs=differs,
        known=len(seen) == len(values),
    )


def _words(fact: str, values: Sequence[str]) -> Row:
    seen = [value for value in values if value]
    return Row(
        fact=fact,
        values=tuple(value or number(None) for value in values),
        differs=len(set(seen)) > 1,
        known=len(seen) == len(values),
    )


def number(value: float | int | None) -> str:
    """`1,200`, `0.1`, `5e-05`; a dash for what was not seen."""
    if value is None:
        return "–"
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:.4g}"
