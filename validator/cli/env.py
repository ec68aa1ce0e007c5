"""`validate env`: makes, reuses, lists or removes run environments, in which notebooks run apart from the harness."""

from __future__ import annotations

import json
from pathlib import Path

import click

from validator import plain
from validator.cli.exits import UsageProblem
from validator.running.environments import making, pruning, record
from validator.running.environments.asked import Asked, constraint_lines
from validator.running.environments.installing import GIB
from validator.running.environments.places import NotBuilt, envs_folder
from validator.running.environments.record import Environment


@click.command("env", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--rubric", default="comp3547-2024", show_default=True, help="A rubric's id, or a TOML file.")
@click.option("--constraint", type=click.Path(path_type=Path), help="File of lines name==version to hold to.")
@click.option("--wheels", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="Folder of wheels to install from, and from nowhere else.")  # fmt: skip
@click.option("--list", "listing", is_flag=True, help="What is there; makes nothing.")
@click.option("--prune", is_flag=True, help="Remove those that no rubric and no run needs; makes nothing.")
@click.option("--unused-days", type=click.FloatRange(min=0), default=14, show_default=True,
              help="With --prune: only what was chosen so long ago.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="With --prune: say what would go, and remove nothing.")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.option("--rebuild", is_flag=True, help="Make it anew even when it is there.")
def command(
    *,
    rubric: str,
    constraint: Path | None,
    wheels: Path | None,
    listing: bool,
    prune: bool,
    unused_days: float,
    dry_run: bool,
    as_json: bool,
    rebuild: bool,
) -> int:
    """Make the environment of the rubric's package list, or reuse the one that is there, and say where it lies.

    It lies under $VALIDATOR_ENVS, else /var/cache/validator/envs for root and ~/.cache/validator/envs for others,
    and nobody may write in it. --prune keeps those of the rubrics that ship and of the one named.
    """
    if listing:
        _list(record.everything(envs_folder()), as_json=as_json)
        return 0
    if prune:
        _prune(rubric, unused_days=unused_days, remove=not dry_run, as_json=as_json)
        return 0
    asked = _asked(rubric, constraint)
    try:
        made = making.make(asked, tell=_tell, wheels=wheels, rebuild=rebuild)
    except NotBuilt as error:
        raise UsageProblem(f"no run environment was made: {error}") from error
    if as_json:
        click.echo(json.dumps(_document(made), indent=1))
    else:
        click.echo(f"{rubric}: {made.folder}")
        _describe(made)
    return 0


def _asked(rubric: str, constraint: Path | None) -> Asked:
    from validator.marking import load_rubric

    packages = load_rubric(rubric).plan.environment.packages
    if not packages:
        raise UsageProblem(f"{rubric}: names no packages; list them as `packages` under [plan.environment]")
    try:
        text = constraint.read_text(encoding="utf-8") if constraint else ""
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem(f"--constraint {constraint}: cannot be read ({error})") from error
    return Asked(packages=packages, constraints=constraint_lines(text))


def _list(found: tuple[Environment, ...], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"environments": [_document(each) for each in found]}, indent=1))
        return
    if not found:
        click.echo(f"{envs_folder()}: no run environment; `validate env` makes one")
        return
    for each in found:
        click.echo(each.folder)
        _describe(each)


def _prune(rubric: str, *, unused_days: float, remove: bool, as_json: bool) -> None:
    from validator.marking import load_rubric
    from validator.marking.loading import rubric_ids

    wanted = {name: load_rubric(name).plan.environment.packages for name in (*rubric_ids(), rubric)}
    try:
        found = pruning.pruned(wanted, unused_days=unused_days, remove=remove, tell=_tell)
    except NotBuilt as error:
        raise UsageProblem(f"nothing was removed: {error}") from error
    freed = sum(each.bytes for each in found if each.goes)
    if as_json:
        rows = [{**plain.to_plain(each), "removed": each.goes and remove} for each in found]
        click.echo(json.dumps({"environments": rows, "bytes_freed": freed if remove else 0}, indent=1))
        return
    gone = "removed" if remove else "would go"
    for each in found:
        click.echo(f"{each.folder}: {gone if each.goes else 'stays'}, {each.why}")
    click.echo(f"{freed / GIB:.2f} GiB {'freed' if remove else 'would be freed'}")


def _tell(line: str) -> None:
    click.echo(line, err=True)


def _describe(made: Environment) -> None:
    held = " with a copy of it" if made.self_contained else ""
    click.echo(f"  Python {made.python}{held}, {len(made.frozen)} packages, frozen list {made.digest[:12]}")
    click.echo(f"  made {made.made_at[:19]} by {made.installer} in {made.seconds} s")


def _document(environment: Environment) -> dict[str, object]:
    return {**plain.to_plain(environment), "interpreter": str(environment.interpreter)}
