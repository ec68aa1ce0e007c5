"""What one failed finding costs under its clause, with the arithmetic in words. Pure and exact; no rulings."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from validator.marking.excess import complete_tenths, started_tenths
from validator.marking.finding import Finding
from validator.marking.rubric import Clause, Penalty
from validator.marking.words import counted, decimal_text, quotient_text

CENT, ALL = Decimal("0.01"), Decimal(100)
CAUTION_TENTHS = 10
REFERRED = "no price: a person decides"
"""The words of a price that only a person can say; renderers know a referred finding by them."""


@dataclass(frozen=True, kw_only=True)
class Price:
    """Marks (zero or negative), how they came about, the cap on the final mark, what is taken off in per cent of the
    awarded marks, and whether only a person can say."""

    marks: Decimal = Decimal(0)
    words: str = ""
    cap: Decimal | None = None
    percent_off: Decimal | None = None
    refer: bool = False
    caution: str = ""


def price_of(finding: Finding, clause: Clause) -> Price:
    """The price of a finding; a pass and an unknown cost nothing."""
    if finding.verdict != "fail":
        return Price()
    penalty = clause.penalty
    if penalty.shape == "fixed":
        words = f"{decimal_text(penalty.marks)} marks, once" if penalty.marks else "said, and costs nothing"
        return Price(marks=_off(penalty.marks), words=words)
    if penalty.shape == "cap":
        words = f"the final mark is at most {decimal_text(penalty.marks)}"
        return Price(cap=penalty.marks, words=words)
    if penalty.shape == "zero":
        return Price(cap=Decimal(0), words="the final mark is 0")
    if penalty.shape == "refer" or not isinstance(finding.excess, int):
        return Price(refer=True, words=REFERRED)
    if penalty.shape == "per-unit":
        return _per_unit(finding.excess, finding.unit, penalty)
    if penalty.shape == "per-unit-percent":
        return _per_unit_percent(finding.excess, finding.unit, penalty)
    return _per_tenth(finding, finding.excess, penalty)


def _per_unit(excess: int, unit: str, penalty: Penalty) -> Price:
    marks = penalty.marks * excess
    words = f"{counted(excess, unit)} over x {decimal_text(penalty.marks)} marks = {decimal_text(marks)}"
    return Price(marks=_off(marks), words=words)


def _per_unit_percent(excess: int, unit: str, penalty: Penalty) -> Price:
    percent = min(penalty.percent * excess, ALL)
    words = (
        f"{counted(excess, unit)} x {decimal_text(penalty.percent)} % = {decimal_text(percent)} % of the awarded marks"
    )
    return Price(percent_off=percent, words=words + (", which is all" if percent == ALL else ""))


def _per_tenth(finding: Finding, excess: int, penalty: Penalty) -> Price:
    limit = finding.limit
    if not isinstance(limit, int):
        return Price(refer=True, words=REFERRED)
    tenths, kind = _tenths(excess, limit, penalty)
    marks = penalty.marks * tenths
    if penalty.policy == "proportional":
        marks = marks.quantize(CENT, rounding=ROUND_DOWN)
    share = f"({finding.measured:,} - {limit:,}) x 10 / {limit:,} = {quotient_text(excess * 10, limit)}"
    number = "" if penalty.policy == "proportional" else f"{decimal_text(tenths)} "
    words = f"{share}: {number}{kind} x {decimal_text(penalty.marks)} marks = {decimal_text(marks)}"
    caution = penalty.caution if excess * 10 >= CAUTION_TENTHS * limit else ""
    return Price(marks=_off(marks), words=words, caution=caution)


def _tenths(excess: int, limit: int, penalty: Penalty) -> tuple[Decimal, str]:
    if penalty.policy == "complete-tenths":
        tenths = complete_tenths(excess, limit=limit)
        return Decimal(tenths), "complete tenth" if tenths == 1 else "complete tenths"
    if penalty.policy == "started-tenths":
        tenths = started_tenths(excess, limit=limit)
        return Decimal(tenths), "started tenth" if tenths == 1 else "started tenths"
    return Decimal(excess * 10) / limit, "tenths (rounded down to 0.01 marks)"


def _off(marks: Decimal) -> Decimal:
    """Marks taken off, as a report writes them; zero has no sign."""
    return -marks if marks else Decimal(0)
