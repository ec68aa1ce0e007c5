"""A cohort as data: reports -> one row a student, counts a clause, the spread of penalties. Pure; prints nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from validator.marking.finding import Verdict
from validator.marking.report import PricedFinding, Report, RubricRef

WORST_FIRST: tuple[Verdict, ...] = ("fail", "unknown", "pass")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How one submission stands under one clause, all findings of the clause together."""

    verdict: Verdict
    """The worst verdict of the clause's findings."""
    applied: Decimal
    """Marks that count now: measured ones, and those a person has ruled on."""
    proposed: Decimal
    """Marks that wait for a person."""
    cap: Decimal | None
    """The lowest cap on the final mark, applied or proposed; None without one."""
    ruled: bool
    """Whether a person has ruled on the clause."""
    percent_off: Decimal | None = None
    """Per cent of the awarded marks, applied or proposed; None without one."""


@dataclass(frozen=True, kw_only=True)
class StudentRow:
    """One submission in the cohort's table."""

    id: str
    sha256: str
    source: str
    status: str
    rubric: str
    total_penalty: Decimal
    proposed_penalty: Decimal
    mark_cap: Decimal | None
    passed: int
    """Clauses that pass; `failed` and `unknown` count clauses too."""
    failed: int
    unknown: int
    waiting: int
    """Things that wait for a person."""
    standings: Mapping[str, Standing]
    """Clause id to its standing, in the rubric's order."""
    percent_off: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class ClauseRow:
    """One clause over the cohort: how many submissions pass it, fail it, or are unknown under it."""

    clause: str
    rule: str
    says: str
    passed: int
    failed: int
    unknown: int


@dataclass(frozen=True, kw_only=True)
class Band:
    """How many submissions have a measured penalty from `least` to `most` marks lost, both included."""

    least: int
    most: int | None
    """None in the open last band."""
    submissions: int


@dataclass(frozen=True, kw_only=True)
class CohortSummary:
    """Everything the cohort's table prints. Rows are ordered by id."""

    rubrics: tuple[RubricRef, ...]
    students: tuple[StudentRow, ...]
    clauses: tuple[ClauseRow, ...]
    bands: tuple[Band, ...]
    marked: int
    harness_errors: int
    without_findings: int
    """Submissions marked with every clause passed."""
    waiting: int
    """Submissions in which something waits for a person."""
    unknown: int
    """Clauses that are unknown, over all submissions."""


def summarise(reports: Iterable[Report]) -> CohortSummary:
    """One cohort's reports as rows and counts; the order in which they are given does not matter."""
    ordered = sorted(reports, key=lambda report: (report.submission.id, report.submission.sha256))
    rows = tuple(_student(report) for report in ordered)
    rubrics = {report.rubric.sha256: report.rubric for report in ordered}
    marked = tuple(row for row in rows if row.status == "marked")
    return CohortSummary(
        rubrics=tuple(sorted(rubrics.values(), key=lambda rubric: (rubric.id, rubric.sha256))),
        students=rows,
        clauses=_clauses(ordered, rows),
        bands=_bands(marked),
        marked=len(marked),
        harness_errors=len(rows) - len(marked),
        without_findings=sum(not row.failed and not row.unknown for row in marked),
        waiting=sum(row.waiting > 0 for row in rows),
        unknown=sum(row.unknown for row in rows),
    )


def is_applied(finding: PricedFinding) -> bool:
    """Whether the marks of this finding count already: measured, or ruled on by a person."""
    return finding.kind == "measured" or finding.ruling is not None


def _student(report: Report) -> StudentRow:
    standings = _standings(report.penalties)
    counts = Counter(standing.verdict for standing in standings.values())
    return StudentRow(
        id=report.submission.id,
        sha256=report.submission.sha256,
        source=report.submission.source,
        status=report.status,
        rubric=report.rubric.id,
        total_penalty=report.total_penalty,
        proposed_penalty=report.proposed_penalty,
        mark_cap=report.mark_cap,
        percent_off=report.percent_off,
        passed=counts["pass"],
        failed=counts["fail"],
        unknown=counts["unknown"],
        waiting=len(report.needs_review),
        standings=standings,
    )


def _standings(findings: Sequence[PricedFinding]) -> dict[str, Standing]:
    of_clauses: dict[str, list[PricedFinding]] = {}
    for finding in findings:
        of_clauses.setdefault(finding.clause, []).append(finding)
    return {clause: _standing(found) for clause, found in of_clauses.items()}


def _standing(findings: Sequence[PricedFinding]) -> Standing:
    seen = {finding.verdict for finding in findings}
    return Standing(
        verdict=next(verdict for verdict in WORST_FIRST if verdict in seen),
        applied=sum((finding.marks for finding in findings if is_applied(finding)), Decimal(0)),
        proposed=sum((finding.marks for finding in findings if not is_applied(finding)), Decimal(0)),
        cap=min((finding.cap for finding in findings if finding.cap is not None), default=None),
        percent_off=max((f.percent_off for f in findings if f.percent_off is not None), default=None),
        ruled=any(finding.ruling is not None for finding in findings),
    )


def _clauses(reports: Sequence[Report], rows: Sequence[StudentRow]) -> tuple[ClauseRow, ...]:
    """Clauses in the order of the rubric, as the first report that has them lists them."""
    named = {finding.clause: finding for report in reversed(reports) for finding in reversed(report.penalties)}
    order = dict.fromkeys(finding.clause for report in reports for finding in report.penalties)
    return tuple(_clause(named[clause], rows) for clause in order)


def _clause(finding: PricedFinding, rows: Sequence[StudentRow]) -> ClauseRow:
    seen = Counter(row.standings[finding.clause].verdict for row in rows if finding.clause in row.standings)
    return ClauseRow(
        clause=finding.clause,
        rule=finding.rule,
        says=finding.says,
        passed=seen["pass"],
        failed=seen["fail"],
        unknown=seen["unknown"],
    )


EDGES: tuple[tuple[int, int | None], ...] = (
    (0, 0),
    (1, 10),
    (11, 20),
    (21, 30),
    (31, 40),
    (41, 50),
    (51, 60),
    (61, 70),
    (71, 80),
    (81, 90),
    (91, 100),
    (101, None),
)


def _bands(rows: Sequence[StudentRow]) -> tuple[Band, ...]:
    """Marks lost, rounded up to whole marks, so that half a mark is not counted as none."""
    lost = [-int(row.total_penalty.to_integral_value(rounding=ROUND_FLOOR)) for row in rows]
    return tuple(Band(least=least, most=most, submissions=_between(lost, least, most)) for least, most in EDGES)


def _between(lost: Sequence[int], least: int, most: int | None) -> int:
    return sum(least <= marks and (most is None or marks <= most) for marks in lost)
