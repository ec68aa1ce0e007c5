"""What the marking verbs print: one report or a table of the cohort, as text or as JSON on stdout."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from validator import reporting
from validator.marking import Report


def headline(report: Report) -> str:
    """One line for the progress log."""
    if report.status == "harness-error":
        return f"harness error: {'; '.join(report.faults)}"
    words = f"penalty {report.total_penalty}, proposed {report.proposed_penalty}"
    return f"{words}, {len(report.needs_review)} for a person"


def told(submission: str, line: str) -> None:
    """One line on one submission, where no progress is shown."""
    click.echo(f"{submission}: {line}", err=True)


def print_reports(reports: Sequence[Report], *, out: Path, as_json: bool) -> None:
    """The single report in full, or the cohort as a table."""
    ordered = sorted(reports, key=lambda report: report.submission.id)
    if as_json:
        documents = [json.loads(reporting.report_json(report)) for report in ordered]
        click.echo(json.dumps(documents[0] if len(documents) == 1 else documents, indent=1, ensure_ascii=False))
        return
    text = reporting.report_text(ordered[0]) if len(ordered) == 1 else reporting.cohort_text(ordered)
    click.echo(text)
    click.echo(f"reports: {out}/", err=True)
