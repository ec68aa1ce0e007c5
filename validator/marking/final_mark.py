"""The final mark of awarded marks: penalties, a percentage of what is left, the cap. Exact, and in words."""

from __future__ import annotations

from decimal import Decimal

from validator.marking.report import Report
from validator.marking.words import decimal_text

NOTHING, WHOLE = Decimal(0), Decimal(100)


def mark_after(awarded: Decimal, report: Report) -> Decimal:
    """The final mark of these awarded marks: never below 0, and a cap holds last."""
    left = max(NOTHING, awarded + report.total_penalty)
    if report.percent_off is not None:
        left -= left * report.percent_off / WHOLE
    return left if report.mark_cap is None else min(left, report.mark_cap)


def arithmetic(awarded: Decimal, report: Report) -> str:
    """The same in words: `72 - 10 = 62; 62 - 20 % of 62 = 49.6; at most 40: 40`."""
    steps = []
    left = max(NOTHING, awarded + report.total_penalty)
    if report.total_penalty:
        floored = ", but never below 0" if awarded + report.total_penalty < 0 else ""
        steps.append(
            f"{decimal_text(awarded)} - {decimal_text(-report.total_penalty)} = "
            f"{decimal_text(awarded + report.total_penalty)}{floored}"
        )
    if report.percent_off is not None:
        kept = left - left * report.percent_off / WHOLE
        share = f"{decimal_text(report.percent_off)} % of {decimal_text(left)}"
        steps.append(f"{decimal_text(left)} - {share} = {decimal_text(kept)}")
        left = kept
    if report.mark_cap is not None:
        steps.append(f"at most {decimal_text(report.mark_cap)}: {decimal_text(min(left, report.mark_cap))}")
    return "; ".join(steps) or f"{decimal_text(awarded)}, nothing is taken off"
