"""`validate data`: what data sets and weights are there, what is missing, where it goes, how to check it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from validator import plain
from validator.cli.exits import UsageProblem
from validator.marking import load_rubric
from validator.measuring.datasets import DataError, Inventory, inventories


@click.command()
@click.option("--data", type=click.Path(path_type=Path), envvar="VALIDATOR_DATA", help="Folder of the data sets.")
@click.option("--weights", type=click.Path(path_type=Path), help="The FID Inception weights file.")
@click.option("--rubric", metavar="ID|FILE", default="comp3547-2024", show_default=True,
              help="Show what this rubric needs, as `validate PATH` takes it.")  # fmt: skip
@click.option("--all", "every", is_flag=True, help="Show what any rubric needs.")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
def command(data: Path | None, weights: Path | None, rubric: str, every: bool, as_json: bool) -> int:
    """Show what data sets and weights are there, what is missing, where each file goes and how to check it.

    Exit code 0 when everything that is shown is there and official, 1 otherwise.
    """
    wanted = None if every else load_rubric(rubric).plan.materials
    try:
        found = inventories(data, weights_file=weights)
    except DataError as error:
        raise UsageProblem(str(error)) from error
    found = tuple(one for one in found if wanted is None or one.name in wanted)
    click.echo(_json(found) if as_json else _text(found))
    return 0 if all(inventory.status == "official" for inventory in found) else 1


def _json(found: tuple[Inventory, ...]) -> str:
    entries = [{**plain.to_plain(inventory), "status": inventory.status} for inventory in found]
    return json.dumps({"sets": entries}, indent=1)


def _text(found: tuple[Inventory, ...]) -> str:
    return "\n\n".join(_table(inventory) for inventory in found)


def _table(inventory: Inventory) -> str:
    width = max(len(file.name) for file in inventory.files)
    lines = [f"{inventory.title}: {inventory.status}", f"  in {inventory.folder}"]
    for file in inventory.files:
        held = f"{file.bytes:>13,} B" if file.state != "missing" else " " * 15
        lines.append(f"  {file.name:<{width}}  {file.state:<10}  {held}  {file.detail}".rstrip())
    if inventory.status != "official":
        lines.append(f"  {inventory.how}")
    return "\n".join(lines)
