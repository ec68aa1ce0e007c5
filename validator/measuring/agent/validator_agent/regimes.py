"""How each network is trained, as its optimisers say it: class, settings, and how the learning rate went.

Reads what the student's optimiser holds and changes nothing; knows no limit.
"""

from __future__ import annotations

import weakref
from typing import Any

MOST = 64
"""Optimisers of one network that are told apart."""
MOST_SETTINGS = 24


class _Regime:
    """One optimiser at one network."""

    __slots__ = ("called", "changes", "first", "groups", "highest", "last", "lowest", "name", "said", "settings")

    def __init__(self, optimiser: Any) -> None:
        self.name = type(optimiser).__name__[:80]
        self.groups = len(optimiser.param_groups)
        self.settings = _settings(_largest(optimiser.param_groups))
        self.first = self.last = self.lowest = self.highest = _rate(optimiser)
        self.called = self.changes = self.said = 0

    def step(self, optimiser: Any) -> None:
        self.called += 1
        rate = _rate(optimiser)
        if rate == self.last or rate is None:
            return
        if self.last is not None:
            self.changes += 1
        self.last = rate
        self.first = rate if self.first is None else self.first
        self.lowest = rate if self.lowest is None else min(self.lowest, rate)
        self.highest = rate if self.highest is None else max(self.highest, rate)


class Regimes:
    """Every optimiser of every network, in the order of their first calls."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, int], tuple[weakref.ref[Any], int, str, _Regime]] = {}
        self._gone: list[tuple[int, str, _Regime]] = []

    def stepped(self, network: Any, optimisers: list[Any]) -> None:
        """These optimisers have stepped this network."""
        for optimiser in optimisers:
            key = network.number, id(optimiser)
            known = self._found.get(key)
            if known is None or known[0]() is not optimiser:
                if known is not None:  # the address of one that is gone
                    self._gone.append(known[1:])
                known = (weakref.ref(optimiser), network.number, network.name, _Regime(optimiser))
                self._found[key] = known
            known[3].step(optimiser)

    def tell(self, channel: Any) -> None:
        """A record for each that was called since it was said last."""
        numbers: dict[int, int] = {}
        for number, name, regime in [*self._gone, *(known[1:] for known in self._found.values())]:
            place = numbers[number] = numbers.get(number, 0) + 1
            if regime.said == regime.called or place > MOST:
                continue
            regime.said = regime.called
            channel.emit(
                "optimiser",
                net=number,
                name=name,
                number=place,
                **{
                    "class": regime.name,
                    "groups": regime.groups,
                    "settings": regime.settings,
                    "calls": regime.called,
                    "rate": regime.first,
                    "last": regime.last,
                    "lowest": regime.lowest,
                    "highest": regime.highest,
                    "changes": regime.changes,
                },
            )


def _largest(groups: list[Any]) -> Any:
    """The group with most values: what most of the network is trained with."""
    return max(groups, key=lambda group: sum(tensor.numel() for tensor in group["params"]))


def _settings(group: Any) -> dict[str, float]:
    """Numbers and truth values by their names; pairs such as `betas` as two."""
    found: dict[str, float] = {}
    for name, value in group.items():
        values = (
            {f"{name}{place}": one for place, one in enumerate(value, 1)} if type(value) is tuple else {name: value}
        )
        for key, one in values.items():
            if type(one) in (bool, int, float) and name not in ("lr", "initial_lr") and len(found) < MOST_SETTINGS:
                found[str(key)[:40]] = float(one)
    return found


def _rate(optimiser: Any) -> float | None:
    """The learning rate of its first group; of a tensor on a device nobody asks at each step."""
    rate = optimiser.param_groups[0].get("lr")
    return float(rate) if type(rate) in (int, float) else None
