"""`validate override`: one person's ruling on one clause, appended to the folder's rulings. Marks nothing again."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from validator.cli import exits
from validator.cli.report import stored_report
from validator.marking.overrides import FILE_NAME, Override, OverrideError, line_of, ruling_from
from validator.marking.shapes import nearest
from validator.running.files import append_line


@click.command("override")
@click.argument("submission", metavar="OUT/ID", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("clause")
@click.option("--confirm", "decision", flag_value="confirm", help="The proposed penalty counts.")
@click.option("--dismiss", "decision", flag_value="dismiss", help="No penalty.")
@click.option("--marks", metavar="N", help="Take N marks off instead: 10 for -10.")
@click.option("--by", required=True, metavar="NAME", help="Who decides.")
@click.option("--why", required=True, metavar="TEXT", help="The reason, for the student and for an appeal.")
def command(*, submission: Path, clause: str, decision: str | None, marks: str | None, by: str, why: str) -> None:
    """Confirm, dismiss or change one penalty of one submission.

    The ruling is added to OUT/overrides.jsonl and holds from the next `validate remark OUT` on. The last one counts.
    """
    if (decision is None) == (marks is None):
        raise exits.UsageProblem("say exactly one of --confirm, --dismiss and --marks N")
    _clause_known(submission, clause)
    values = {"clause": clause, "decision": decision or "marks", "marks": _taken_off(marks), "by": by, "why": why}
    try:
        ruling = ruling_from({**values, "when": datetime.now(UTC).isoformat(timespec="seconds")}, path="override")
    except OverrideError as error:
        raise exits.UsageProblem(str(error)) from error
    path = submission.resolve().parent / FILE_NAME
    _append(path, line_of(Override(submission=submission.resolve().name, ruling=ruling)))
    click.echo(f"{path.name}: {submission.name} {clause}: {ruling.decision}; `validate remark` applies it", err=True)


def _clause_known(submission: Path, clause: str) -> None:
    """A typing mistake would be a ruling on nothing: the report knows its clauses."""
    if not (submission / "report.json").is_file():
        raise exits.UsageProblem(f"{submission}: holds no report.json; give the folder of one marked submission")
    known = [finding.clause for finding in stored_report(submission).penalties]
    if clause not in known:
        raise exits.UsageProblem(f"{submission}: its report has no clause `{clause}`{nearest(clause, known)}")


def _taken_off(marks: str | None) -> Decimal | None:
    if marks is None:
        return None
    try:
        number = Decimal(marks)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number < 0:
        raise exits.UsageProblem(f"--marks: expected how many marks to take off, such as 10, got {marks}")
    return -number


def _append(path: Path, line: str) -> None:
    try:
        append_line(path, line)
    except OSError as error:
        raise exits.UsageProblem(f"{path}: cannot be written ({error.strerror})") from error
