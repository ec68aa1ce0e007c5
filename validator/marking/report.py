"""The report: priced findings, totals and what a person must look at, for one submission under one rubric.

Pure data: built by `pricing.mark`, turned into bytes by `validator.reporting`. Nothing here computes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from validator.evidence import Harness, Reading, Witness
from validator.marking.finding import Number, Verdict

SCHEMA = 1

Kind = Literal["measured", "proposed"]
Decision = Literal["confirm", "dismiss", "marks"]


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """A person's decision on one clause of one submission, from `overrides.jsonl`."""

    clause: str
    decision: Decision
    marks: Decimal | None
    """The penalty instead, zero or negative, for the decision `marks`; otherwise None."""
    by: str
    why: str
    when: str


@dataclass(frozen=True, kw_only=True)
class PricedFinding:
    """One finding with the clause it stands under and its price (`marks` is zero or negative)."""

    rule: str
    clause: str
    cites: str
    says: str
    """The clause in our own words."""
    about: str
    verdict: Verdict
    kind: Kind
    marks: Decimal
    measured: Number | None
    limit: Number | None
    unit: str
    excess: Number | None
    where: str
    witness: Witness | None
    message: str
    price: str
    """How the marks came about: `5 marks x 5 complete tenths`; empty when there is nothing to say."""
    cap: Decimal | None = None
    """The final mark may not exceed this, when the clause caps it and the finding is a fail."""
    percent_off: Decimal | None = None
    """Per cent of the awarded marks that the fail takes off, where the clause is priced so."""
    ruling: Ruling | None = None


@dataclass(frozen=True, kw_only=True)
class Review:
    """One thing that waits for a person."""

    clause: str
    rule: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """A few numbers side by side, as words: `rows` have as many cells as `head`."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One question of the marking scheme and the evidence on it."""

    ask: str
    evidence: tuple[str, ...]
    """Sentences such as `Test accuracy 91.3 % ...` or `Not measured: FID of the samples (no weights).`"""
    tables: tuple[Table, ...] = ()
    pictures: tuple[str, ...] = ()
    """Names of the pictures that belong to it, whether they were drawn or not."""
    for_student: tuple[str, ...] = ()
    """The same evidence without the numbers that are recomputed by means a student does not have."""


@dataclass(frozen=True, kw_only=True)
class CriterionSheet:
    """One criterion of the marking scheme: evidence for the marker, whose mark stays empty."""

    id: str
    title: str
    cites: str
    out_of: Decimal
    questions: tuple[Answer, ...]
    mark: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class RubricRef:
    """Which rubric: id, title and the digest of the text it was loaded from."""

    id: str
    title: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class SubmissionRef:
    """Which submission, without any path or time."""

    id: str
    sha256: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything a renderer prints. The same evidence, rubric and rulings give an equal report."""

    schema: int
    harness: Harness
    rubric: RubricRef
    submission: SubmissionRef
    status: Literal["marked", "harness-error"]
    penalties: tuple[PricedFinding, ...]
    """Every finding of every clause in the rubric's order, passes and unknowns too."""
    total_penalty: Decimal
    """Sum of measured penalties and of proposed ones that a person confirmed; zero or negative."""
    proposed_penalty: Decimal
    """Sum of proposed penalties that still wait for a person."""
    mark_cap: Decimal | None
    needs_review: tuple[Review, ...]
    criteria: tuple[CriterionSheet, ...]
    readings: Mapping[str, Reading]
    percent_off: Decimal | None = None
    """Per cent taken off the marks that are left after the penalties, before the cap; at most 100."""
    notes: tuple[str, ...] = ()
    """What the rubric says about itself, such as the brief's self-contradicting example."""
    faults: tuple[str, ...] = field(default_factory=tuple)
    """Failures of the harness, in words, when status is harness-error."""
