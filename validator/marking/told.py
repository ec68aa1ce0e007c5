"""What a sentence of the marking scheme may ask of the evidence: numbers, reasons, flags. Says nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from validator.evidence import Evidence, Metrics, Reading
from validator.marking.absence import reading_or_why

LONGEST_QUOTE = 300
"""Characters of a flag's words that a sentence takes: names in them are the student's."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One submission's evidence, as sentences read it."""

    evidence: Evidence

    def value(self, name: str) -> int | float | None:
        """The number of that name, or None when it is missing or was never asked for."""
        found = self.evidence.readings.get(name)
        return found.value if found else None

    def values(self, *names: str) -> tuple[int | float, ...] | None:
        """All of these numbers, or None when one of them is not there."""
        found = [self.value(name) for name in names]
        return tuple(value for value in found if value is not None) if None not in found else None

    def whole(self, name: str) -> int | None:
        """The number as a count, or None."""
        value = self.value(name)
        return None if value is None else round(value)

    def reading(self, name: str) -> Reading | None:
        """The reading of that name; None when nobody tried to measure it though others about its subject were.

        Where nothing about its subject was measured at all, the reading is missing with the reason for that.
        """
        found = self.evidence.readings.get(name)
        if found is not None:
            return found
        subject = name.split(".", maxsplit=1)[0]
        tried = any(other.startswith(f"{subject}.") for section in self.evidence.metrics for other in section.readings)
        return None if tried else reading_or_why(self.evidence, name)

    def networks(self) -> tuple[str, ...]:
        """The names under which several networks were scored, or looked for."""
        return tuple(
            metrics.about for metrics in self.evidence.metrics if f"{metrics.about}.trainings" in metrics.readings
        )

    def network(self, name: str) -> str:
        """The network of the run that goes by this name; empty where none does."""
        metrics = self.evidence.metrics_of(name)
        return metrics.network if metrics is not None else ""

    def flags(self, kinds: Iterable[str]) -> Iterator[str]:
        """The words of the flags of these kinds, in the order of the kinds, each once."""
        wanted = list(kinds)
        found = [flag for flag in self.evidence.flags() if flag.kind in wanted]
        words = [flag.detail[:LONGEST_QUOTE] for flag in sorted(found, key=lambda flag: wanted.index(flag.kind))]
        return iter(dict.fromkeys(words))

    def is_lookalike(self, names: Iterable[str]) -> bool:
        """Whether one of these numbers was measured on data or with weights that are not the official ones."""
        holders = {id(holder): holder for name in names if (holder := self._holder(name)) is not None}
        return any(holder.lookalike for holder in holders.values())

    def reported(self, names: Iterable[str]) -> bool:
        """Whether one of these numbers rests on what the student's process said of itself."""
        readings = self.evidence.readings
        return any(name in readings and readings[name].source == "reported" for name in names)

    def _holder(self, name: str) -> Metrics | None:
        found = (m for m in self.evidence.metrics if name in m.readings and m.readings[name].value is not None)
        return next(found, None)
