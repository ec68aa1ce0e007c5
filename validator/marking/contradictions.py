"""Stated numbers beside measured ones, fact by fact: agreement in words, a difference for a person. No marks.

A claim that is flagged, or whose model is unsaid, may agree; it never contradicts. Any agreement is enough: a paper
states many numbers beside the one that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from validator.evidence import Claim, Evidence
from validator.marking.claims import NEVER, NOT_FOUND, Fact, candidates, distinct, listed, open_below, value_text
from validator.marking.finding import Finding, Verdict
from validator.marking.measures import COUNTS, UNITS, Judged, Measure, measure_of
from validator.marking.networks import CLASSIFIER, is_named, run_about

FactName = Literal["parameters", "steps", "train-accuracy", "test-accuracy", "test-loss", "fid"]
LIMITS = {"facts": tuple[FactName, ...]}
OPTIONAL = {"accuracy_sd": Decimal, "loss_share": Decimal, "fid_draw": Decimal, "fid_share": Decimal}
READINGS = (
    "{about}.parameters",
    "{about}.steps",
    "classifier.train_accuracy",
    "classifier.test_accuracy",
    "classifier.test_loss",
    "samples.fid",
    "samples.fid_sd",
    "samples.fid_clean",
)


def findings(
    evidence: Evidence, *, about: str, teller: str, claims: Sequence[Claim], limits: Mapping[str, object]
) -> Iterator[Finding]:
    """One finding for each fact that the limits list; `teller` is `the paper` or `the stored outputs`."""
    if is_named(evidence, about):  # which of several networks a number is said of, the program does not know
        claims = [replace(claim, about="") if claim.about == CLASSIFIER else claim for claim in claims]
    names = limits["facts"]
    bands = {name: value for name, value in limits.items() if isinstance(value, Decimal)}
    absent: list[str] = []
    unmeasured: dict[str, list[str]] = {}
    for name in names if isinstance(names, tuple) else ():
        part, _, kind = name.rpartition("-")
        fact = Fact(kind=kind, about=about, part=part)
        plain, doubtful = candidates(claims, fact)
        measure = measure_of(evidence, fact, bands)
        doubtful = [claim for claim in doubtful if not NEVER & {*claim.flags} or measure.judge(claim).word == "agrees"]
        if not plain and not doubtful:
            absent.append(fact.name)
        elif measure.value is None:
            stated = listed(distinct(plain) or doubtful) + _printed(evidence, fact)
            unmeasured.setdefault(measure.why, []).append(f"{fact.name} {stated}")
        else:
            yield _finding(fact, teller, (plain, doubtful), measure, _printed(evidence, fact))
    for why, stated_facts in unmeasured.items():
        message = f"{teller} states {'; '.join(stated_facts)}. Nothing to compare with: {why}"
        yield Finding(verdict="unknown", message=message)
    if absent:
        yield Finding(verdict="unknown", message=f"{teller}: {', '.join(absent)} {NOT_FOUND}")


def _finding(
    fact: Fact, teller: str, found: tuple[list[Claim], list[Claim]], measure: Measure, printed: str
) -> Finding:
    plain, doubtful = found
    judged = [(claim, measure.judge(claim)) for claim in (*plain, *doubtful)]
    agreeing = [pair for pair in judged if pair[1].word == "agrees"]
    differing = [pair for pair in judged[: len(plain)] if pair[1].word == "differs"]
    others = [pair for pair in judged[: len(plain)] if pair[1].word in ("part", "unclear")]
    if differing and _add_up(plain, measure):
        together = f"; together they are {value_text(fact.kind, measure.value or 0)}"
        others = [(claim, replace(one, beside=one.beside + together)) for claim, one in judged[: len(plain)]]
        differing = []
    chosen, verdict = _chosen(agreeing, others, differing)
    if not chosen:
        words = f"only numbers in doubt: {listed(distinct(doubtful))}; {judged[0][1].beside}"
        return _unknown(fact, measure, f"{fact.name} in {teller}: {words}{printed}", doubtful)
    shown = [claim for claim, _ in chosen]
    message = f"{fact.name}: {teller} states {listed(distinct(shown))}; {chosen[0][1].beside}{printed}"
    if verdict == "pass" and differing:
        message += f"; elsewhere it states {listed(distinct([claim for claim, _ in differing]))}"
    if verdict == "unknown":
        return _unknown(fact, measure, message, shown)
    return Finding(
        verdict=verdict,
        message=message,
        measured=measure.value,
        unit=UNITS[fact.kind],
        where=shown[0].where,
        witness=measure.witness,
    )


def _add_up(claims: Sequence[Claim], measure: Measure) -> bool:
    """Whether several counts are those of the parts: what is measured is their sum, as closely as they are printed."""
    parts = distinct(claims)
    if len(parts) < 2 or measure.value is None or parts[0].kind not in COUNTS:
        return False
    return abs(sum(claim.value for claim in parts) - measure.value) <= sum(map(open_below, parts)) - 0.5 * len(parts)


Pairs = list[tuple[Claim, Judged]]


def _chosen(agreeing: Pairs, others: Pairs, differing: Pairs) -> tuple[Pairs, Verdict]:
    """The claims that decide, and how: any agreement, else a difference, else what cannot be told."""
    if agreeing:
        return agreeing, "pass"
    if differing:
        return differing, "fail"
    return others, "unknown"


def _unknown(fact: Fact, measure: Measure, message: str, claims: Sequence[Claim] = ()) -> Finding:
    return Finding(
        verdict="unknown",
        message=message,
        measured=measure.value,
        unit=UNITS[fact.kind],
        where=claims[0].where if claims else "",
        witness=measure.witness,
    )


def _printed(evidence: Evidence, fact: Fact) -> str:
    """What the notebook itself printed when it was run here."""
    run = run_about(evidence, fact.about)
    plain = candidates(run.claims, fact)[0] if run else []
    return (
        f"; run here, the notebook printed {value_text(fact.kind, plain[-1].value)} ({plain[-1].where})"
        if plain
        else ""
    )
