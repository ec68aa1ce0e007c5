"""What a question of the marking scheme lacks: each reason once, with everything that is missing for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from validator.marking.readings import label
from validator.marking.sentences import Sentence
from validator.marking.told import Told

SHOWN = 6
"""Missing things that one sentence names; of more it gives the number."""


@dataclass(frozen=True, kw_only=True)
class Gap:
    """One thing that could not be measured, and why."""

    what: str
    why: str


def gaps_of(told: Told, sentence: Sentence, *, said: bool) -> Iterator[Gap]:
    """What the sentence lacks: itself, when it said nothing; otherwise those of its readings that are missing.

    A reading that nobody tried to measure is left out, and of several that hang together only the first is named.
    """
    if not said:
        for name in sentence.readings[:1]:
            first = told.reading(name)
            if first is not None and first.value is None:
                yield Gap(what=sentence.title, why=first.why)
        return
    named: list[str] = []
    for name in sentence.readings:
        reading = told.evidence.readings.get(name)
        if reading is None or reading.value is not None or any(name.startswith(f"{other}_") for other in named):
            continue
        named.append(name)
        yield Gap(what=label(name), why=reading.why)


def sentences_on(gaps: Iterable[Gap]) -> tuple[str, ...]:
    """`Not measured: FID of the samples, KID of the samples (no weights).`, one sentence a reason."""
    by_reason: dict[str, dict[str, None]] = {}
    for gap in gaps:
        by_reason.setdefault(gap.why, {})[gap.what] = None
    return tuple(f"Not measured: {_listed(list(what))} ({why})." for why, what in by_reason.items())


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return "; ".join(names[:SHOWN]) + more
