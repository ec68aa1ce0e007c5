"""`validate meter FILE`: executes one notebook or script and prints its networks, parameters and steps."""

from __future__ import annotations

import json
from pathlib import Path

import click

from validator.cli import environment, exits, flags
from validator.evidence import Network, Reading, Run
from validator.plan import RunLimits

RUBRIC = "comp3547-2024"
"""Whose package list `--env auto` looks for."""
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
@environment.option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of tables.")
def command(file: Path, wall: float | None, data: Path | None, env: str, as_json: bool) -> int:
    """Execute one notebook or script and print its networks, parameters and steps.

    A copy of FILE runs in a folder that is removed afterwards. Says which networks count and why, how steps, gradient
    computations and optimiser calls differ in this run, and what was not seen. Exit code 0 when it finished, 1 when
    not, 2 when there is no such file.
    """
    if not file.is_file() or file.suffix.lower() not in (".ipynb", ".py"):
        raise exits.UsageProblem(f"{file}: no such notebook or script; name one .ipynb or .py file")
    from validator.marking import load_rubric
    from validator.measuring.probes import run_alone, run_box
    from validator.running import self_tests

    wall_seconds = wall or RunLimits().wall_seconds
    click.echo(f"executing {file.name} for at most {wall_seconds:g} s", err=True)
    chosen = environment.choice(env, load_rubric(RUBRIC).plan.environment)
    try:
        run = run_alone.alone(
            file,
            wall_seconds=wall_seconds,
            data=data,
            interpreter=chosen.interpreter,
            environment=chosen.digest,
            self_test=self_tests.told(chosen),
        )
    except run_box.BoxProblem as error:
        click.echo(f"harness error: {error}", err=True)
        return exits.HARNESS
    if as_json:
        click.echo(json.dumps(_document(run), indent=1))
    else:
        _print(run)
    return exits.ALL_PASS if run.outcome == "finished" else exits.FINDINGS


def _document(run: Run) -> dict[str, object]:
    """The answer for programs; null where there is no number, with the reason under `missing`."""
    from validator.measuring.meter import explain

    return {
        "path": run.path,
        "role": run.role,
        "outcome": run.outcome,
        "detail": run.detail,
        "complete": run.complete,
        "networks": [_network(network) for network in run.networks],
        **{name: _reading(run, name).value for name in (*NUMBERS, *explain.BOUNDS)},
        "missing": {name: _reading(run, name).why for name in NUMBERS if _reading(run, name).value is None},
        "explanation": explain.explained(run),
        "framework": run.framework,
        "flags": flags.documents(run.flags),
        "agreement": run.agreement,
        "cells": [{"index": cell.index, "status": cell.status, "error": cell.error} for cell in run.cells],
        "sandbox": run.sandbox,
        "environment": run.environment,
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
        "kind": network.kind,
        "role": network.role,
        "variable": network.variable,
        "frozen": max(0, network.parameters - network.trainable),
        "steps_of_one_tensor": network.widest,
        "unverified": network.unverified,
        "restarts": network.restarts,
        "copies": network.copies,
    }


def _reading(run: Run, name: str) -> Reading:
    return run.readings[f"{run.role}.{name}"]


def _print(run: Run) -> None:
    """The answer for people: how it ended, the numbers with a sentence each, the networks, what to look at."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table

    from validator.measuring.meter import explain

    console = Console(highlight=False)
    ended = f"{run.path}: {run.outcome}" + (f" - {run.detail}" if run.detail else "")
    console.print(flags.shown(ended + (f"; {run.framework}" if run.framework else "")))
    numbers = Table("reading", "value", "what it is", box=None)
    for name, meaning in NUMBERS.items():
        value = _reading(run, name)
        numbers.add_row(name.replace("_", " "), _number(value.value), "" if value.why else meaning)
    console.print(numbers)
    if run.networks:
        console.print(_networks(run.networks))
    for heading, sentences in explain.explained(run).items():
        console.print(heading, style="bold")
        for sentence in sentences:
            console.print(Padding(flags.shown(sentence), (0, 0, 0, 2)))
    if run.flags:
        console.print(flags.table(run.flags))


def _networks(networks: tuple[Network, ...]) -> object:
    from rich.table import Table

    from validator.measuring.meter import explain

    columns = ("network", "kind", "parameters", "frozen", "steps", "gradients", "calls", "role")
    table = Table(*columns, title="Networks", title_justify="left")
    for network in networks:
        name, role = flags.shown(explain.shown_name(network)), network.role or "unknown"
        counts = (network.steps, network.gradient_computations, network.optimiser_calls)
        sizes = (network.parameters, max(0, network.parameters - network.trainable))
        numbers = [_number(number) for number in (*sizes, *counts)]
        table.add_row(name, network.kind, *numbers, role if network.counted else f"{role}, not counted")
    return table


def _number(value: float | None) -> str:
    return "unknown" if value is None else f"{value:,}"
