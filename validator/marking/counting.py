"""Compares what one run was counted to have (parameters, steps) with a limit, as both training rules do. No marks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from validator.evidence import Evidence, Network, Run, Witness
from validator.marking.absence import reading_or_why
from validator.marking.excess import AtLimit, is_over, same_band
from validator.marking.finding import Finding
from validator.marking.flags import INVISIBLE, UNCOUNTED, of_kind
from validator.marking.words import ended_text, places

NO_OTHER_TRAINING = frozenset({"input", "same", "rank"})
"""Roles of listed networks that are no training of their own: an optimised input, another name, another process."""


@dataclass(frozen=True, kw_only=True)
class Count:
    """One whole number of a run with its limit; `complete` says whether it covers the whole run."""

    value: int
    unit: str
    limit: int
    at_limit: AtLimit
    complete: bool
    why_incomplete: str
    where: str
    witness: Witness | None

    @property
    def over(self) -> bool:
        """Whether it breaks the limit."""
        return is_over(self.value, limit=self.limit, at_limit=self.at_limit)


def count_of(evidence: Evidence, *, role: str, unit: str, limits: Mapping[str, int | AtLimit]) -> Count | str:
    """The count of `parameters` or `steps` for this role, or why there is none; zero is not a count."""
    reading = reading_or_why(evidence, f"{role}.{unit}", unit=unit)
    if reading.value is None:
        return reading.why
    run = evidence.run_of(role)
    if not reading.value:
        seen = "no optimisation step was seen" if unit == "steps" else "no network was seen"
        return seen if run is None or run.outcome == "finished" else f"{seen} ({ended_text(run)})"
    return Count(
        value=int(reading.value),
        unit=unit,
        limit=int(limits[unit]),
        at_limit="exceeded" if limits["at_limit"] == "exceeded" else "allowed",
        complete=run is not None and run.complete,
        why_incomplete=_how_it_ended(run),
        where=run.path if run else "",
        witness=reading.source,
    )


def with_other_trainings(count: Count, run: Run | None) -> str:
    """Why a count kept within the limit would not be, were the run's other trainings part of the model; or nothing.

    Trials and restarts may be read as tuning or as training: every reading gives at least the count.
    """
    others = [network for network in run.networks if _is_another_training(network)] if run else []
    trained = f"{len(others)} further network{'s' if len(others) > 1 else ''} trained in the same run"
    sizes = [network.parameters if count.unit == "parameters" else network.steps for network in others]
    known = [size for size in sizes if size is not None]
    if len(known) < len(sizes):
        return f"{count.value:,} {count.unit} are counted; of {trained} it is not known how often some were updated"
    together = count.value + sum(known)
    if same_band([count.value, together], limit=count.limit, at_limit=count.at_limit):
        return ""
    counted = f"{count.value:,} {count.unit} are counted, {together:,} with {trained}"
    return f"{counted}; whether these are tuning or part of the model, the brief does not say"


def with_uncounted_work(run: Run | None) -> str:
    """Why a count may be too low though the run ended well: training without a count was seen, in words; or nothing."""
    found = of_kind(run.flags, UNCOUNTED) if run else []
    return f"training that cannot be counted was seen: {places(flag.detail for flag in found)}" if found else ""


def _is_another_training(network: Network) -> bool:
    return network.steps != 0 and not network.counted and network.role not in NO_OTHER_TRAINING


def unknown(message: str, *, unit: str, count: Count | None = None) -> Finding:
    """A count that cannot be judged; what was seen is kept beside the reason."""
    return Finding(
        verdict="unknown",
        message=message,
        measured=count.value if count else None,
        limit=count.limit if count else None,
        unit=unit,
        where=count.where if count else "",
        witness=count.witness if count else None,
    )


def compared(count: Count) -> Finding:
    """Pass or fail of a count; a lower bound can fail, and is otherwise unknown."""
    least = "" if count.complete else "at least "
    ended = "" if count.complete else f" (a lower bound: {count.why_incomplete})"
    message = f"{least}{count.value:,} {count.unit}, {_allowed(count)}{_at_the_limit(count)}{ended}"
    if not count.over and not count.complete:
        return unknown(message, unit=count.unit, count=count)
    return Finding(
        verdict="fail" if count.over else "pass",
        message=message,
        measured=count.value,
        limit=count.limit,
        unit=count.unit,
        excess=count.value - count.limit if count.over else None,
        where=count.where,
        witness=count.witness,
    )


def judged(count: Count, run: Run | None) -> Iterator[Finding]:
    """The comparison; a pass that other work of the run puts in doubt is unknown, a fail is the least it costs."""
    doubts = [doubt for doubt in (with_other_trainings(count, run), with_uncounted_work(run)) if doubt]
    if count.over or not doubts:
        yield compared(count)
    if doubts:
        yield unknown("; ".join(doubts), unit=count.unit, count=count)


def _allowed(count: Count) -> str:
    return f"{'fewer than' if count.at_limit == 'exceeded' else 'at most'} {count.limit:,} allowed"


def _at_the_limit(count: Count) -> str:
    if count.value != count.limit:
        return ""
    return "; exactly the limit, which is not fewer" if count.over else "; exactly the limit, which is allowed"


def _how_it_ended(run: Run | None) -> str:
    if run is None:
        return "there is no record of a run"
    if run.outcome == "finished" and any(cell.status == "smoke" for cell in run.cells):
        return "a smoke run sees the networks of the first steps of each loop"
    if run.outcome != "finished":
        return ended_text(run)
    invisible = of_kind(run.flags, INVISIBLE)
    said = places(f"{flag.kind}: {flag.detail}" for flag in invisible)
    return f"part of the work may have been invisible: {said}" if invisible else "some of its records are missing"
