"""`gradescope.json`: the report as the results.json of a Gradescope autograder. Decides nothing.

Every clause is an informational check, passed or failed without points. The file's `score` is 0, for an assignment
whose autograder is worth 0 points: Gradescope refuses results with no score at all, the mark is a person's, and
negative scores are not documented. The penalties stand in the words of the output and in `extra_data`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from validator.marking.report import PricedFinding, Report
from validator.reporting import cost, student_view, words

STATUSES = {"pass": "passed", "fail": "failed"}


def render(report: Report) -> bytes:
    """The bytes of `gradescope.json`."""
    return _encode(document(report))


def render_every(reports: Iterable[Report]) -> bytes:
    """The results of several submissions as one object, each under its id."""
    return _encode({report.submission.id: document(report) for report in reports})


def _encode(value: Mapping[str, Any]) -> bytes:
    text = json.dumps(value, indent=2, sort_keys=True, allow_nan=False, ensure_ascii=True)
    return (text + "\n").encode("ascii")


def document(report: Report) -> dict[str, Any]:
    """The results as plain values."""
    return {
        "score": 0,
        "output": _output(report),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(finding) for finding in report.penalties],
        "extra_data": {
            "harness": report.harness.version,
            "rubric": report.rubric.id,
            "rubric_sha256": report.rubric.sha256,
            "status": report.status,
            "total_penalty": words.plain_number(report.total_penalty),
            "proposed_penalty": words.plain_number(report.proposed_penalty),
            "percent_off": None if report.percent_off is None else words.plain_number(report.percent_off),
            "mark_cap": None if report.mark_cap is None else words.plain_number(report.mark_cap),
        },
    }


def _output(report: Report) -> str:
    lines = [f"Penalty from what was measured: {words.marks(report.total_penalty)}"]
    if report.percent_off is not None:
        lines.append(f"Off the awarded marks: {words.percent(report.percent_off)}")
    if report.mark_cap is not None:
        lines.append(f"The final mark is at most {words.marks(report.mark_cap)}")
    if report.status == "harness-error":
        lines.insert(0, "The harness failed while it checked this submission; that costs nothing.")
    lines.append("The score of 0 is no mark: this check has no points, and a person marks the work.")
    return "\n".join(lines)


def _test(finding: PricedFinding) -> dict[str, Any]:
    """One clause; an unknown one has no status, since it is neither passed nor failed."""
    status = {"status": STATUSES[finding.verdict]} if finding.verdict in STATUSES else {}
    return {
        **status,
        "name": words.short(finding.says),
        "output": _words(finding),
        "tags": [words.clean(finding.clause), words.clean(finding.rule)],
        "visibility": "visible" if student_view.is_shown(finding) else "hidden",
        "extra_data": {
            "clause": finding.clause,
            "rule": finding.rule,
            "verdict": finding.verdict,
            "kind": finding.kind,
            "marks": words.plain_number(finding.marks),
        },
    }


def _words(finding: PricedFinding) -> str:
    lines = [f"{words.verdict(finding.verdict)}: {student_view.message(finding)}"]
    if finding.ruling is not None:
        lines.append(f"Marks: {cost.text(finding)}, as a person decided.")
    elif finding.verdict == "unknown":
        lines.append("Not checked: costs nothing, a person looks at it.")
    elif cost.is_referred(finding):
        lines.append("A person decides what this costs.")
    elif cost.waits(finding):
        lines.append("Costs nothing unless a person confirms it.")
    elif finding.verdict == "fail":
        lines.append(f"Marks: {cost.text(finding)}" + (f" ({finding.price})" if finding.price else ""))
    return "\n".join(lines)
