"""`validate PATH`: measure and mark one submission, a cohort or an export."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path
from typing import Any, cast

import click

from validator.cli import engine_options, environment, exits, sandbox_options
from validator.cli.slurm_options import SlurmChoice, slurm_options
from validator.plan import Execute


@click.command(name="marks", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--rubric", default="comp3547-2024", show_default=True, help="A rubric's id, or a TOML file.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("marking"), show_default=True, help="Results.")
@click.option("--data", type=click.Path(path_type=Path), envvar="VALIDATOR_DATA", help="Data sets and FID weights.")
@click.option("--weights", type=click.Path(path_type=Path), help="FID Inception weights, if not in the data folder.")
@click.option("--static", "execute", flag_value="static", help="No execution: layout, paper and source only.")
@click.option("--smoke", "execute", flag_value="smoke", help="Execute until a few steps of each loop were seen.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True)
@sandbox_options.options
@environment.option
@engine_options.options
@click.option("--submitted", default="", metavar="ISO|CSV", help="Hand-in time, or a CSV of id,submitted_at.")
@click.option("--extensions", type=click.Path(path_type=Path), metavar="CSV",
              help="Approved extensions, id,until: a time, a date, `5 working days`. Kept until changed.")  # fmt: skip
@click.option("--allow-lookalike-data", "lookalike", is_flag=True, help="Accept data or weights not the official ones.")
@click.option("--json", "as_json", is_flag=True, help="The reports as JSON on stdout.")
@click.option("--strict", is_flag=True, help="Refuse to start when something could not be measured here.")
@click.option("--keep-free", type=click.FloatRange(0), default=1.0, show_default=True, metavar="GIB",
              help="Free space under --out below which nothing more is started.")  # fmt: skip
@click.option("--force", is_flag=True, help="Measure again what was measured before.")
@slurm_options
def command(
    *,
    path: Path,
    rubric: str,
    out: Path,
    execute: str | None,
    device: str,
    submitted: str,
    extensions: Path | None,
    as_json: bool,
    sandbox: str,
    allow_unsandboxed: bool,
    slurm: SlurmChoice | None,
    **how: Any,
) -> int:
    """Measure and mark PATH: a zip, a folder holding one submission, a folder of submissions, or an export."""
    from validator.cli import desk, desk_output, preparing, slurm_desk
    from validator.cli.progress import Progress
    from validator.marking import load_rubric
    from validator.marking.overrides import FILE_NAME, rulings_for
    from validator.running import cohort, lock, space
    from validator.running.stopping import ended_by_signals

    chosen = load_rubric(rubric)
    plan = dataclasses.replace(chosen.plan, execute=cast(Execute, execute or "full"), device=device)
    submissions = preparing.submissions(path, submitted, extensions, out)
    settings, missing = preparing.settings(plan=plan, out=out, **how)
    if plan.execute != "static":
        choose = sandbox_options.tier if slurm is None else sandbox_options.tier_elsewhere
        tier = choose(wished=sandbox, allow_unsandboxed=allow_unsandboxed, submissions=len(submissions))
        settings = dataclasses.replace(settings, tier=tier)
    rulings_for(settings.out / FILE_NAME, submission="")  # a mistake in it is said before hours of measuring
    if slurm is None:
        slurm_desk.refuse_while_under_way(submissions, out)
    else:
        code = slurm_desk.on_slurm(submissions, settings, slurm, rubric=rubric, as_json=as_json)
        return exits.USAGE if missing and code != exits.HARNESS else code
    reports = []
    try:
        progress = Progress(len(submissions), slots=settings.jobs)
        with lock.locked(settings.out), progress, ended_by_signals():
            found = cohort.measured(submissions, settings, tell=progress.tell, watch=progress.watch)
            with contextlib.closing(found) as measured:
                for evidence in measured:
                    reports.append(desk.marked_whatever_happens(evidence, chosen, out, progress.tell))
                    progress.advance(evidence.submission.id, desk_output.headline(reports[-1]))
            desk.write_cohort(reports, out)
    except lock.Locked as error:
        raise exits.UsageProblem(str(error)) from error
    except OSError as error:
        if space.is_full(error):
            raise space.DiskFull(settings.floor.message()) from error
        raise exits.UsageProblem(f"--out {out}: cannot be written ({error.strerror}); see to its disk") from error
    desk_output.print_reports(reports, out=out, as_json=as_json)
    code = desk.exit_code(reports)
    return exits.USAGE if missing and code != exits.HARNESS else code
