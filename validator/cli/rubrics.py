"""`validate rubrics`: list, show, check and begin rubrics. Prints what loading found; knows nothing itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import click

from validator.cli import rubric_skeleton, table
from validator.cli.exits import UsageProblem
from validator.marking import load_rubric, rubric_ids
from validator.marking.words import counted
from validator.plain import to_plain
from validator.reporting import rubric_text


@click.group("rubrics", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """List, show, check or begin rubrics; lists them when nothing else is said."""
    if context.invoked_subcommand is None:
        context.invoke(list_rubrics, as_json=False)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_rubrics(*, as_json: bool) -> None:
    """The rubrics that came with this version."""
    rubrics = [load_rubric(name) for name in rubric_ids()]
    if as_json:
        rows = [{"id": rubric.id, "title": rubric.title, "sha256": rubric.sha256} for rubric in rubrics]
        click.echo(json.dumps(rows, indent=1))
    else:
        table.echo(("rubric", "clauses", "title"), [(r.id, str(len(r.clauses)), r.title) for r in rubrics])


@command.command("show")
@click.argument("rubric", metavar="ID|FILE")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(*, rubric: str, as_json: bool) -> None:
    """What a student must know: what to hand in, limits and prices, deadlines, the marking scheme, notes."""
    loaded = load_rubric(rubric)
    if as_json:
        click.echo(json.dumps(to_plain(loaded), indent=1, default=_said, ensure_ascii=False))
        return
    click.echo(rubric_text.render(loaded, width=min(rubric_text.WIDTH, shutil.get_terminal_size().columns)), nl=False)


@command.command("check")
@click.argument("file", metavar="FILE")
def check(*, file: str) -> None:
    """Load a rubric and say whether it is sound; every mistake is printed with its place."""
    rubric = load_rubric(file)
    click.echo(
        f"{file}: sound: {counted(len(rubric.clauses), 'clauses')}, {len(rubric.criteria)} "
        f"{'criterion' if len(rubric.criteria) == 1 else 'criteria'}, plan for "
        f"{', '.join(role.name for role in rubric.plan.roles)}"
    )


@command.command("new")
@click.argument("rubric_id", metavar="[ID]", default="new-rubric")
def new(*, rubric_id: str) -> None:
    """Write a commented rubric into ID.toml, sound as it stands; a file that is there is never overwritten."""
    if not rubric_skeleton.ID.fullmatch(rubric_id):
        wanted = "expected small letters, digits and dashes, such as comp1234-2030"
        raise UsageProblem(f"{wanted}, got {rubric_id!r}")
    path = Path(f"{rubric_id}.toml")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(rubric_skeleton.skeleton(rubric_id))
    except FileExistsError as error:
        raise UsageProblem(f"{path}: is there already and stays as it is; name another id") from error
    except OSError as error:
        raise UsageProblem(f"{path}: cannot be written ({error.strerror})") from error
    click.echo(f"{path}: written; change it, then: validate rubrics check {path}")


def _said(value: Any) -> str:
    """Decimals, dates and times as text."""
    return str(value)
