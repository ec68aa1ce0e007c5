"""`validate meter FILE`: executes one notebook or script and prints its networks, parameters and steps."""

from __future__ import annotations

import json
from pathlib import Path

import click

from validator.cli import exits, flags
from validator.evidence import Network, Reading, Run
from validator.plan import RunLimits

NUMBERS = {
    "parameters": "scalar elements of the distinct parameter tensors, frozen ones too, added over the counted networks",
    "trainable_parameters": "those of them that gradients may change",
    "steps": "updates of the counted network that was updated most often",
    "gradient_computations": "backward passes these updates rest on; more than steps when gradients are accumulated",
    "optimiser_calls": "calls of the optimiser's step, with or without a gradient before them",
}


@click.command(name="meter")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--wall", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="Longest time to run.")
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), envvar="VALIDATOR_DATA",
              help="Folder of the data sets that are served to the file.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of tables.")
def command(file: Path, wall: float | None, data: Path | None, as_json: bool) -> int:
    """Execute one notebook or script and print its networks, parameters and steps.

    A copy of FILE runs in a folder that is removed afterwards. Exit code 0 when it finished, 1 when not, 2 when there
    is no such file.
    """
    if not file.is_file() or file.suffix.lower() not in (".ipynb", ".py"):
        raise exits.UsageProblem(f"{file}: no such notebook or script; name one .ipynb or .py file")
    from validator.measuring.probes import run_alone

    wall_seconds = wall or RunLimits().wall_seconds
    click.echo(f"executing {file.name} for at most {wall_seconds:g} s", err=True)
    run = run_alone.alone(file, wall_seconds=wall_seconds, data=data)
    if as_json:
        click.echo(json.dumps(_document(run), indent=1))
    else:
        _print(run)
    return exits.ALL_PASS if run.outcome == "finished" else exits.FINDINGS


def _document(run: Run) -> dict[str, object]:
    """The answer for programs; null where there is no number, with the reason under `missing`."""
    return {
        "path": run.path,
        "role": run.role,
        "outcome": run.outcome,
        "detail": run.detail,
        "complete": run.complete,
        "networks": [_network(network) for network in run.networks],
        **{name: _reading(run, name).value for name in NUMBERS},
        "missing": {name: _reading(run, name).why for name in NUMBERS if _reading(run, name).value is None},
        "framework": run.framework,
        "flags": flags.documents(run.flags),
        "agreement": run.agreement,
        "cells": [{"index": cell.index, "status": cell.status, "error": cell.error} for cell in run.cells],
        "sandbox": run.sandbox,
        "wall_seconds": round(run.wall_seconds, 3),
    }


def _network(network: Network) -> dict[str, object]:
    return {
        "name": network.name,
        "parameters": network.parameters,
        "trainable": network.trainable,
        "steps": network.steps,
        "gradient_computations": network.gradient_computations,
        "optimiser_calls": network.optimiser_calls,
        "witnesses": list(network.witnesses),
        "counted": network.counted,
        "why": network.why,
    }


def _reading(run: Run, name: str) -> Reading:
    return run.readings[f"{run.role}.{name}"]


def _print(run: Run) -> None:
    """The answer for people: how it ended, the numbers with a sentence each, the networks, what to look at."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    console.print(flags.shown(f"{run.path}: {run.outcome}" + (f" - {run.detail}" if run.detail else "")))
    if not run.complete and any(_reading(run, name).value is not None for name in NUMBERS):
        console.print("The counts do not cover a whole run: they are lower bounds.")
    numbers = Table("reading", "value", "what it is", box=None)
    for name, meaning in NUMBERS.items():
        value = _reading(run, name)
        shown = "unknown" if value.value is None else f"{value.value:,}"
        numbers.add_row(name.replace("_", " "), shown, flags.shown(value.why or meaning))
    console.print(numbers)
    if run.networks:
        console.print(_networks(run.networks))
    if run.flags:
        console.print(flags.table(run.flags))


def _networks(networks: tuple[Network, ...]) -> object:
    from rich.table import Table

    table = Table("network", "parameters", "steps", "counted", "why", title="Networks", title_justify="left")
    for network in networks:
        counted = "yes" if network.counted else "no"
        name, why = flags.shown(network.name), flags.shown(network.why)
        table.add_row(name, f"{network.parameters:,}", _number(network.steps), counted, why)
    return table


def _number(value: int | None) -> str:
    return "unknown" if value is None else f"{value:,}"
