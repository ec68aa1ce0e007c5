"""What a student is shown of a finding, in feedback and on Gradescope alike.

A student sees what can be checked at home: files, pages, parameters, steps. Numbers recomputed on data or by means
that students do not have (accuracy, FID, neighbours, integrity) are for the marker; the student sees the verdict.
"""

from __future__ import annotations

from validator.marking.report import PricedFinding
from validator.reporting import words

HIDDEN_FAMILIES = frozenset({"classifier", "samples", "integrity"})
SILENT_FAMILIES = frozenset({"integrity"})
"""Suspicions: until a person has confirmed one, nothing is said of it."""

RECOMPUTED_UNITS = frozenset({"share", "nats", "FID", "KID"})
"""A stated number that is compared with one of these is told without it; steps can be counted at home."""

HELD_BACK = "what was measured is with the marker"


def is_shown(finding: PricedFinding) -> bool:
    """Whether the student is told of this finding at all."""
    confirmed = finding.ruling is not None and finding.ruling.decision != "dismiss"
    return _family(finding) not in SILENT_FAMILIES or finding.verdict == "pass" or confirmed


def message(finding: PricedFinding) -> str:
    """The finding's message, or that its numbers are with the marker."""
    has_number = finding.measured is not None or finding.verdict != "unknown"
    return HELD_BACK if _is_hidden(finding) and has_number else words.short(finding.message)


def place(finding: PricedFinding) -> str:
    """Where it was found, under the same rule as the message."""
    return "" if _is_hidden(finding) else words.short(finding.where)


def _is_hidden(finding: PricedFinding) -> bool:
    recomputed = finding.measured is not None and finding.unit in RECOMPUTED_UNITS
    return _family(finding) in HIDDEN_FAMILIES or recomputed


def _family(finding: PricedFinding) -> str:
    return finding.rule.split("/", maxsplit=1)[0]
