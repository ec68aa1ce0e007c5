"""`validate rubrics`: list, show and check rubrics. Prints what loading found; knows nothing itself."""

from __future__ import annotations

import json
from typing import Any

import click

from validator.cli import table
from validator.marking import load_rubric, rubric_ids
from validator.marking.rubric import Clause, Rubric
from validator.marking.words import decimal_text
from validator.plain import to_plain


@click.group("rubrics", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """List, show or check rubrics; lists them when nothing else is said."""
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
    """Every clause with its price, the notes, and the marking scheme."""
    loaded = load_rubric(rubric)
    if as_json:
        click.echo(json.dumps(to_plain(loaded), indent=1, default=_said, ensure_ascii=False))
        return
    click.echo(f"{loaded.title}\n{loaded.id}, sha256 {loaded.sha256}\n")
    table.echo(
        ("clause", "price", "says"),
        [(c.id, _price(c), f"{c.says} [{c.cites}; {c.rule}]") for c in loaded.clauses],
    )
    _print_scheme(loaded)


@command.command("check")
@click.argument("file", metavar="FILE")
def check(*, file: str) -> None:
    """Load a rubric and say whether it is sound; the first mistake is printed with its place."""
    rubric = load_rubric(file)
    click.echo(
        f"{file}: sound: {len(rubric.clauses)} clauses, {len(rubric.criteria)} criteria, plan for "
        f"{', '.join(role.name for role in rubric.plan.roles)}"
    )


def _print_scheme(rubric: Rubric) -> None:
    for criterion in rubric.criteria:
        click.echo(f"\n[{decimal_text(criterion.marks)} marks] {criterion.title}")
        for question in criterion.questions:
            click.echo(f"  - {question.ask}")
    for note in rubric.notes:
        click.echo(f"\nnote: {note}")


def _price(clause: Clause) -> str:
    """The price in a few words: `-5 per tenth`, `at most 40`, `a person`."""
    penalty = clause.penalty
    marks = decimal_text(-penalty.marks if penalty.marks else penalty.marks)
    words = {
        "fixed": f"{marks} once" if penalty.marks else "nothing",
        "per-unit": f"{marks} each",
        "per-tenth": f"{marks} per tenth",
        "cap": f"at most {decimal_text(penalty.marks)}",
        "zero": "mark 0",
        "refer": "a person",
    }[penalty.shape]
    return f"{words}, proposed" if penalty.kind == "proposed" else words


def _said(value: Any) -> str:
    """Decimals, dates and times as text."""
    return str(value)
