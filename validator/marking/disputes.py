"""The ways in which one count can be read, and whether they would be judged differently. No marks, no verdicts."""

from __future__ import annotations

from validator.evidence import Evidence, Run
from validator.marking.counting import Count
from validator.marking.excess import same_band
from validator.marking.flags import COUNTS_DISAGREE, of_kind


def dispute_of_steps(evidence: Evidence, role: str, count: Count) -> str:
    """Why the number of steps can be read in more than one way, with all numbers; or nothing."""
    run = evidence.run_of(role)
    gradients = _number(evidence, f"{role}.gradient_computations")
    calls = _number(evidence, f"{role}.optimiser_calls")
    further = _further(evidence, role, run, count)
    said = [f"{count.value:,} steps", f"{_said(gradients)} gradient computations", f"{_said(calls)} optimiser calls"]
    numbers = ", ".join([*said, *(f"{value:,} {words}" for words, value in further.items())])
    disagreeing = of_kind(run.flags, COUNTS_DISAGREE) if run and not run.agreement else []
    if disagreeing:
        return f"the witnesses disagree: {'; '.join(flag.detail for flag in disagreeing)} ({numbers})"
    # No optimiser call at all is training by hand, which the other counts see alike.
    others = [number for number in (gradients, calls or None) if number is not None]
    return _unless_alike(count, [*others, *further.values()], numbers)


def dispute_of_parameters(run: Run | None, count: Count) -> str:
    """Why the number of parameters can be read in more than one way: several models may lie in one tensor."""
    stacked = [network for network in run.networks if network.counted and network.copies > 1] if run else []
    apart = count.value - sum(network.parameters - network.parameters // network.copies for network in stacked)
    models = max((network.copies for network in stacked), default=1)
    return _unless_alike(count, [apart], f"{count.value:,} parameters in {models:,} models, {apart:,} with one of them")


def _unless_alike(count: Count, others: list[int], numbers: str) -> str:
    if same_band([count.value, *others], limit=count.limit, at_limit=count.at_limit):
        return ""
    return f"{numbers}: they would be judged differently against {count.limit:,}, and the rule can be read either way"


def _further(evidence: Evidence, role: str, run: Run | None, count: Count) -> dict[str, int]:
    """Readings of the rule that only some trainings have: what they count, to how many."""
    counted = [network for network in run.networks if network.counted and network.steps is not None] if run else []
    restarted = any(network.restarts for network in counted)
    since = [network.steps if network.since_restart is None else network.since_restart for network in counted]
    ways = {
        "at most, as some changes could not be told": _number(evidence, f"{role}.steps_at_most"),
        "of the tensor updated most often": _number(evidence, f"{role}.steps_of_one_tensor") or None,
        "since the network was last initialised again": max(filter(None, since), default=0) if restarted else None,
    }
    return {words: number for words, number in ways.items() if number is not None and number != count.value}


def _number(evidence: Evidence, name: str) -> int | None:
    value = evidence.reading(name).value
    return None if value is None else int(value)


def _said(number: int | None) -> str:
    return "an unknown number of" if number is None else f"{number:,}"
