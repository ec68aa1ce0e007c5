"""`validate remark OUT`: mark stored evidence again; nothing is measured, nothing executed."""

from __future__ import annotations

from pathlib import Path

import click

from validator.cli import exits


@click.command(name="remark", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("out", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--rubric", default="comp3547-2024", show_default=True, help="A rubric's id, or a TOML file.")
@click.option("--submitted", default="", metavar="ISO|CSV", help="Hand-in time, or a CSV of id,submitted_at.")
@click.option("--extensions", type=click.Path(path_type=Path), metavar="CSV",
              help="Approved extensions, id,until: a time, a date, `5 working days`. Kept until changed.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The reports as JSON on stdout.")
def command(out: Path, rubric: str, submitted: str, extensions: Path | None, as_json: bool) -> int:
    """Mark the evidence under OUT again, with this rubric and the recorded overrides.

    Times and extensions that are given here are kept with the evidence, as `validate PATH` keeps them.
    """
    from validator.cli import desk, desk_output, hand_in_times
    from validator.marking import load_rubric
    from validator.running import lock

    chosen = load_rubric(rubric)
    found, problems = desk.stored(out)
    tell = desk_output.told
    try:
        with lock.locked(out):
            found = hand_in_times.kept_anew(found, submitted, extensions, out=out)
            reports = [desk.marked_whatever_happens(evidence, chosen, out, tell) for evidence in found]
            if reports:
                desk.write_cohort(reports, out)
    except lock.Locked as error:
        raise exits.UsageProblem(str(error)) from error
    for problem in problems:
        click.echo(f"Error: {problem}", err=True)
    if problems and not reports:
        return exits.USAGE
    if not reports:
        raise exits.UsageProblem(f"{out}: holds no <id>/evidence.json; measure first with: validate PATH --out {out}")
    desk_output.print_reports(reports, out=out, as_json=as_json)
    code = desk.exit_code(reports)
    return exits.USAGE if problems and code != exits.HARNESS else code
