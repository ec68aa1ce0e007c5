"""Marks one submission's evidence against a rubric: pure, no files, no clock, no torch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from validator.evidence import Evidence, Fault
from validator.marking import stated_penalty
from validator.marking.absence import fault_of
from validator.marking.criteria import criteria_sheets
from validator.marking.finding import Finding
from validator.marking.overrides import latest
from validator.marking.price import Price, price_of
from validator.marking.report import (
    SCHEMA,
    PricedFinding,
    Report,
    Review,
    RubricRef,
    Ruling,
    SubmissionRef,
)
from validator.marking.rubric import Clause, Rubric
from validator.marking.rules import find_rule
from validator.marking.words import decimal_text

PRICED = ("fixed", "per-unit", "per-tenth")
"""Shapes that cost marks; the others are of late days, or for a person."""
NOTHING, ALL = Decimal(0), Decimal(100)


@dataclass(frozen=True, kw_only=True)
class _Line:
    """One priced finding with what follows from it: marks that count, marks that wait, what a person must look at."""

    priced: PricedFinding
    counts: bool
    """Whether its marks and cap apply: measured, or ruled on by a person."""
    review: str
    caution: str


def mark(evidence: Evidence, rubric: Rubric, overrides: Iterable[Ruling] = ()) -> Report:
    """The report on this evidence under this rubric and these rulings (oldest first; the last on a clause holds)."""
    rulings = latest(overrides)
    lines = [line for clause in rubric.clauses for line in _lines(evidence, clause, rulings.get(clause.id))]
    lines = [_beside_total(evidence, line, lines, rubric) for line in lines]
    priced = tuple(line.priced for line in lines)
    caps = [line.priced.cap for line in lines if line.counts and line.priced.cap is not None]
    percents = [line.priced.percent_off for line in lines if line.counts and line.priced.percent_off is not None]
    return Report(
        schema=SCHEMA,
        harness=evidence.harness,
        rubric=RubricRef(id=rubric.id, title=rubric.title, sha256=rubric.sha256),
        submission=SubmissionRef(
            id=evidence.submission.id, sha256=evidence.submission.sha256, source=evidence.submission.source
        ),
        status="harness-error" if evidence.faults else "marked",
        penalties=priced,
        total_penalty=sum((line.priced.marks for line in lines if line.counts), NOTHING),
        proposed_penalty=sum((line.priced.marks for line in lines if not line.counts), NOTHING),
        mark_cap=min(caps, default=None),
        percent_off=min(sum(percents, NOTHING), ALL) if percents else None,
        needs_review=tuple(_reviews(lines, rulings, rubric)),
        criteria=criteria_sheets(evidence, rubric, priced),
        readings=dict(sorted(evidence.readings.items())),
        notes=(*rubric.notes, *dict.fromkeys(line.caution for line in lines if line.caution)),
        faults=tuple(_fault_words(fault) for fault in evidence.faults),
    )


def _lines(evidence: Evidence, clause: Clause, ruling: Ruling | None) -> list[_Line]:
    findings = _findings(evidence, clause)
    prices = _ruled(findings, clause, ruling)
    return [_line(clause, finding, price, ruling) for finding, price in zip(findings, prices, strict=True)]


def _beside_total(evidence: Evidence, line: _Line, lines: Sequence[_Line], rubric: Rubric) -> _Line:
    """A finding on the penalty that the paper states, with what all clauses come to; every other one as it is."""
    if line.priced.rule != stated_penalty.RULE or line.priced.ruling is not None or not evidence.papers:
        return line
    if fault_of(evidence, family="paper", about=line.priced.about) is not None:
        return line
    clauses = {clause.id: clause for clause in rubric.clauses}
    counting = [one for one in lines if clauses[one.priced.clause].penalty.shape in PRICED]
    computed = stated_penalty.Computed(
        applied=sum((one.priced.marks for one in lines if one.counts), NOTHING),
        proposed=tuple(one.priced.marks for one in lines if not one.counts and one.priced.marks),
        unknown=tuple(
            one.priced.clause
            for one in counting
            if one.priced.verdict == "unknown" and one.priced.kind == "measured" and one.priced.ruling is None
        ),
        doubtful=any(one.caution for one in counting),
    )
    clause = clauses[line.priced.clause]
    (stated,) = _findings(evidence, clause)
    finding = stated_penalty.beside(evidence, stated, computed)
    return _line(clause, finding, price_of(finding, clause), None)


def _findings(evidence: Evidence, clause: Clause) -> tuple[Finding, ...]:
    """What the rule says, or unknown when the harness failed in a stage that it depends on."""
    fault = fault_of(evidence, family=clause.rule.split("/")[0], about=clause.about)
    if fault is not None:
        message = f"the harness failed at {fault.stage} ({fault.what}): a harness error, not the student's"
        return (Finding(verdict="unknown", message=message),)
    findings = tuple(find_rule(clause.rule).check(evidence, clause))
    return findings or (Finding(verdict="unknown", message="the rule found nothing to judge"),)


def _ruled(findings: Sequence[Finding], clause: Clause, ruling: Ruling | None) -> list[Price]:
    """Prices after a person's ruling. A number given by a person stands once, however many findings there are."""
    prices = [price_of(finding, clause) for finding in findings]
    if ruling is None:
        return prices
    said = f"{ruling.decision} by {ruling.by}: {ruling.why}"
    if ruling.decision == "confirm":
        return [_confirmed(price, finding, clause, said) for price, finding in zip(prices, findings, strict=True)]
    marks = ruling.marks if ruling.decision == "marks" and ruling.marks is not None else NOTHING
    return [Price(marks=marks if number == 0 else NOTHING, words=said) for number in range(len(prices))]


def _confirmed(price: Price, finding: Finding, clause: Clause, said: str) -> Price:
    """A person may also confirm what no probe can see, where the clause has a price without a count."""
    if finding.verdict == "unknown" and clause.penalty.shape in ("fixed", "cap", "zero"):
        price = price_of(Finding(verdict="fail", message=finding.message), clause)
    words = f"{price.words}; {said}" if price.words else said
    return replace(price, words=words)


def _line(clause: Clause, finding: Finding, price: Price, ruling: Ruling | None) -> _Line:
    counts = ruling is not None or clause.penalty.kind == "measured"
    priced = PricedFinding(
        rule=clause.rule,
        clause=clause.id,
        cites=clause.cites,
        says=clause.says,
        about=clause.about,
        verdict=finding.verdict,
        kind=clause.penalty.kind,
        marks=price.marks,
        measured=finding.measured,
        limit=finding.limit,
        unit=finding.unit,
        excess=finding.excess,
        where=finding.where,
        witness=finding.witness,
        message=finding.message,
        price=f"{price.words}. {price.caution}" if price.caution else price.words,
        cap=price.cap,
        percent_off=price.percent_off,
        ruling=ruling,
    )
    review = "" if ruling else _why_review(priced, price, counts=counts)
    return _Line(priced=priced, counts=counts, review=review, caution=price.caution)


def _why_review(priced: PricedFinding, price: Price, *, counts: bool) -> str:
    """Why a person must look, or nothing."""
    if priced.verdict == "unknown":
        return f"unknown: {priced.message}"
    if priced.verdict == "pass":
        return ""
    if price.refer:
        return f"decide: {priced.message}"
    if not counts and (price.marks or price.cap is not None or price.percent_off is not None):
        proposed = decimal_text(price.marks) if price.marks else price.words
        return f"proposed {proposed}: {priced.message}"
    return f"applied {decimal_text(price.marks)}, but: {price.caution}" if price.caution else ""


def _reviews(lines: Iterable[_Line], rulings: dict[str, Ruling], rubric: Rubric) -> list[Review]:
    waiting = [
        Review(clause=line.priced.clause, rule=line.priced.rule, why=line.review) for line in lines if line.review
    ]
    known = {clause.id for clause in rubric.clauses}
    lost = [
        Review(clause=name, rule="", why=f"{ruling.by} ruled on a clause that this rubric does not have")
        for name, ruling in rulings.items()
        if name not in known
    ]
    return [*waiting, *lost]


def _fault_words(fault: Fault) -> str:
    return f"{fault.stage}: {fault.what}"
