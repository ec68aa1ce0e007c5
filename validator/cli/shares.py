"""`validate shares OUT --marks marks.csv`: the marks of a team's members, with the arithmetic."""

from __future__ import annotations

from pathlib import Path

import click

from validator.cli import exits
from validator.cli.tables import lines, write


@click.command("shares")
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--marks", required=True, metavar="CSV", type=click.Path(path_type=Path), help="Columns submission, mark and size."
)
@click.option("--shares", metavar="CSV", type=click.Path(path_type=Path), help="Columns submission, user and share.")
@click.option("--rubric", metavar="ID|FILE", help="Another rubric than the one the reports were made with.")
@click.option("--file", "target", type=click.Path(path_type=Path, dir_okay=False), help="Write here, not to stdout.")
def command(*, out: Path, marks: Path, shares: Path | None, rubric: str | None, target: Path | None) -> int:
    """The mark of each member of the teams in OUT, a marked folder.

    `mark` is what the team was awarded, before penalties: the report's own are taken off first. `size`, which may be
    left out, is an effective size of the team that a person decided. --shares puts other shares in the place of the
    form's, for those that the module leader changed or read from a scan.

    Exit code 0 when every member has a mark, 1 when some have none.
    """
    from validator import evidence
    from validator.cli.report import stored_report, submission_homes
    from validator.marking import load_rubric
    from validator.marking.shapes import nearest
    from validator.marking.team_marks import Given, MemberRow, given_by, member_rows
    from validator.reporting.csv_people import members_csv

    given = given_by(
        lines(marks, required=("submission", "mark"), optional=("size",)),
        lines(shares, required=("submission", "user", "share")) if shares else (),
    )
    homes = submission_homes(out)
    for name in given:
        if name not in [home.name for home in homes]:
            raise exits.UsageProblem(f"{name}: no such submission in {out}{nearest(name, [h.name for h in homes])}")
    rows: list[MemberRow] = []
    for home in homes:
        report = stored_report(home)
        sharing = load_rubric(rubric or report.rubric.id).sharing
        if sharing is None:
            raise exits.UsageProblem(f"{rubric or report.rubric.id}: this rubric has no [sharing]: it marks no teams")
        rows += member_rows(evidence.load(home / "evidence.json"), report, sharing, given.get(home.name, Given()))
    write(members_csv(rows), target)
    return exits.ALL_PASS if all(row.mark is not None for row in rows) else exits.FINDINGS
