"""What a finding costs, in a few words, the same in every renderer. Reads marks; adds nothing up."""

from __future__ import annotations

from decimal import Decimal

from validator.evidence import NOT_MEASURED
from validator.marking.price import REFERRED
from validator.marking.report import PricedFinding
from validator.reporting import words


def waits(finding: PricedFinding) -> bool:
    """Whether the finding costs nothing before a person has looked at it."""
    proposed = finding.verdict == "fail" and finding.kind == "proposed"
    return finding.ruling is None and (finding.verdict == "unknown" or proposed or is_referred(finding))


def is_referred(finding: PricedFinding) -> bool:
    """Whether the clause has no price and a person decides what the fail costs."""
    return finding.verdict == "fail" and finding.price == REFERRED and finding.ruling is None


def is_unmeasured(finding: PricedFinding) -> bool:
    """Whether the finding says only that this version does not measure it."""
    unmeasured = finding.verdict == "unknown" and finding.message.endswith(NOT_MEASURED)
    return unmeasured and finding.measured is None and finding.ruling is None


def costs(finding: PricedFinding) -> bool:
    """Whether the finding belongs among the penalties: a fail, or an unknown that a person has priced."""
    return finding.verdict == "fail" or bool(finding.marks) or finding.cap is not None or bool(finding.percent_off)


def worst_first(finding: PricedFinding) -> tuple[bool, Decimal]:
    """The order of penalties: the dearest that count first, those that wait after them."""
    return (waits(finding), finding.marks)


def text(finding: PricedFinding) -> str:
    """`-25`, `-10 proposed`, `cap 40`, `waits`, `0 (dismissed)`; empty for a pass."""
    if finding.ruling is not None:
        return _ruled(finding)
    if finding.verdict != "fail":
        return "waits" if finding.verdict == "unknown" else ""
    if is_referred(finding):
        return "waits"
    return f"{_price(finding)} proposed" if finding.kind == "proposed" else _price(finding)


def _ruled(finding: PricedFinding) -> str:
    if finding.ruling is not None and finding.ruling.decision == "dismiss":
        return f"{_price(finding)} (dismissed)"
    return f"{_price(finding)} (ruled)"


def _price(finding: PricedFinding) -> str:
    if finding.cap is not None and not finding.marks:
        return f"cap {words.marks(finding.cap)}"
    if finding.percent_off is not None and not finding.marks:
        return f"-{words.percent(finding.percent_off)}"
    return words.marks(finding.marks)
