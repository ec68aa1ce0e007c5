"""What a finding costs, in a few words, the same in every renderer. Reads marks; adds nothing up."""

from __future__ import annotations

from validator.marking.report import PricedFinding
from validator.reporting import words


def waits(finding: PricedFinding) -> bool:
    """Whether the finding costs nothing before a person has looked at it."""
    proposed = finding.verdict == "fail" and finding.kind == "proposed"
    return finding.ruling is None and (finding.verdict == "unknown" or proposed)


def text(finding: PricedFinding) -> str:
    """`-25`, `-10 proposed`, `cap 40`, `waits`, `0 (dismissed)`; empty for a pass."""
    if finding.ruling is not None:
        return _ruled(finding)
    if finding.verdict != "fail":
        return "waits" if finding.verdict == "unknown" else ""
    price = _price(finding)
    if finding.kind == "proposed":
        return f"{price} proposed" if price != "0" else "waits"
    return price


def _ruled(finding: PricedFinding) -> str:
    if finding.ruling is not None and finding.ruling.decision == "dismiss":
        return f"{_price(finding)} (dismissed)"
    return f"{_price(finding)} (ruled)"


def _price(finding: PricedFinding) -> str:
    if finding.cap is not None and not finding.marks:
        return f"cap {words.marks(finding.cap)}"
    return words.marks(finding.marks)
