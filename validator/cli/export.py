"""`validate export OUT`: the stored marks in the form another system reads. Marks nothing, sends nothing."""

from __future__ import annotations

from pathlib import Path

import click

from validator.cli import exits


@click.command(name="export", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("out", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--to", "form", type=click.Choice(["csv", "gradescope"]), default="csv", show_default=True)
@click.option("--file", "target", type=click.Path(path_type=Path, dir_okay=False), help="Write here, not to stdout.")
def command(out: Path, form: str, target: Path | None) -> int:
    """Write the marks of OUT, a marked folder, or of OUT/ID.

    csv: one row a submission. gradescope: the results.json of OUT/ID, or for a folder one object with the results of
    each submission under its id.
    """
    from validator import reporting
    from validator.cli.report import stored_report, submission_homes

    homes = submission_homes(out)
    reports = [stored_report(home) for home in homes]
    if form == "csv":
        content = reporting.marks_csv(reports)
    else:
        content = reporting.gradescope_results(reports, single=homes == [out])
    if target is None:
        click.echo(content, nl=False)
    else:
        _write(target, content)
    return exits.ALL_PASS


def _write(target: Path, content: bytes) -> None:
    from validator.running.files import write_atomically

    try:
        write_atomically(target, content)
    except OSError as error:
        raise exits.UsageProblem(f"{target}: cannot be written ({error.strerror}); choose another --file") from error
