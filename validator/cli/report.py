"""`validate report OUT`: print the stored reports of a marked folder, or write their pages again. Marks nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from validator.cli import exits

if TYPE_CHECKING:
    from validator.marking.report import Report


@click.command(name="report", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("out", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="The reports as JSON on stdout.")
@click.option("--write", is_flag=True, help="Write the pages and tables again from the stored reports.")
def command(out: Path, as_json: bool, write: bool) -> int:
    """Print what was found: OUT is a marked folder, or OUT/ID for one submission in full.

    Nothing is marked again; a changed rubric or a new ruling needs `validate remark OUT`.
    """
    from validator.cli import desk, desk_output

    homes = submission_homes(out)
    reports = [stored_report(home) for home in homes]
    if write:
        for home, report in zip(homes, reports, strict=True):
            _write(home, report)
        if homes != [out]:
            desk.write_cohort(reports, out)
    desk_output.print_reports(reports, out=out, as_json=as_json)
    return desk.exit_code(reports)


def submission_homes(out: Path) -> list[Path]:
    """The folders that hold a report: this one, or those directly under it, in the order of their names."""
    if (out / "report.json").is_file():
        return [out]
    homes = sorted(path.parent for path in out.glob("*/report.json"))
    if not homes:
        raise exits.UsageProblem(f"{out}: holds no report.json; measure first with: validate PATH --out {out}")
    return homes


def stored_report(home: Path) -> Report:
    """The report of one submission's folder. Raises UsageProblem when it is torn or of another schema."""
    from validator.reporting import json_report

    path = home / "report.json"
    try:
        return json_report.loads(path.read_text(encoding="utf-8"), name=str(path))
    except (OSError, ValueError) as error:
        raise exits.UsageProblem(str(error)) from error


def _write(home: Path, report: Report) -> None:
    from validator import evidence, reporting
    from validator.cli import desk
    from validator.running.files import write_atomically

    measured = evidence.load(home / "evidence.json")
    for name, content in reporting.submission_files(report, measured, desk.picture_bytes(measured, home)).items():
        write_atomically(home / name, content)
