"""The options that say how many stages run at a time here and on which GPUs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from validator.cli.exits import UsageProblem
from validator.running.engines.gpus import Gpu, GpuError, chosen

Command = TypeVar("Command", bound=Callable[..., Any])


def options(command: Command) -> Command:
    """Add `--jobs`, `--gpus` and `--per-gpu`."""
    jobs = "Stages that run at a time.  [default: 1, or all places on --gpus]"
    gpus = "GPUs to spread notebooks over, numbered as nvidia-smi does."
    per_gpu = "Notebooks that share one of --gpus."
    wanted = (
        click.option("--jobs", type=click.IntRange(1), help=jobs),
        click.option("--gpus", default="", metavar="0,1|all", help=gpus),
        click.option("--per-gpu", type=click.IntRange(1), default=1, show_default=True, help=per_gpu),
    )
    for option in reversed(wanted):
        command = option(command)
    return command


@dataclass(frozen=True, kw_only=True)
class Wish:
    """The options, with what was left out filled in."""

    jobs: int
    gpus: tuple[Gpu, ...]
    per_gpu: int


def wished(*, jobs: int | None, gpus: str, per_gpu: int, device: str) -> Wish:
    """What the options mean on this machine; a GPU that is not here is one message and exit code 2."""
    if gpus and device == "cpu":
        raise UsageProblem("--gpus and --device cpu contradict each other; leave one out")
    try:
        found = chosen(gpus)
    except GpuError as error:
        raise UsageProblem(str(error)) from error
    return Wish(jobs=jobs or max(1, len(found) * per_gpu), gpus=found, per_gpu=per_gpu)
