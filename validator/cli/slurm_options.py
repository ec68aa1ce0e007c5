"""The options of `validate PATH` that concern a Slurm cluster, gathered into one choice. Submits nothing."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from validator.cli.exits import UsageProblem
from validator.plan import GIB, Plan

if TYPE_CHECKING:
    from validator.running.engines.slurm import Request

BESIDE_THE_KERNEL_BYTES = 4 * GIB
"""What the harness's own processes may need beside a notebook's memory limit."""

OUR_OWN = {"array", "error", "gres", "mem", "open-mode", "output", "partition", "signal", "time"}
"""Options of sbatch that have an option here, or must be as they are."""


@dataclass(frozen=True, kw_only=True)
class SlurmChoice:
    """What the command line asks of the cluster."""

    wait: bool
    partition: str
    gres: str | None
    memory: str | None
    cpus: int
    minutes: int | None
    setup: str
    parallel: int
    extra: tuple[tuple[str, str], ...]

    def request(self, plan: Plan) -> Request:
        """The same with the defaults that the plan gives. Raises UsageProblem for a time that is too short."""
        from validator.running.engines import slurm

        executed = plan.execute != "static"
        least = slurm.least_walltime_minutes(plan)
        if self.minutes is not None and self.minutes < least:
            raise UsageProblem(
                f"--slurm-time: {self.minutes} min; the notebooks of one submission may take {least} min with a margin,"
                " and Slurm must not end one before its own limit does"
            )
        memory = f"{(plan.run.memory_bytes + BESIDE_THE_KERNEL_BYTES) // GIB}G" if executed else ""
        return slurm.Request(
            walltime_minutes=self.minutes or slurm.default_walltime_minutes(plan),
            partition=self.partition,
            gres=self.gres if self.gres is not None else "gpu:1" if executed and plan.device != "cpu" else "",
            memory=self.memory if self.memory is not None else memory,
            cpus=self.cpus,
            setup=self.setup,
            parallel=self.parallel,
            extra=self.extra,
        )


OPTIONS = (
    click.option("--engine", type=click.Choice(["local", "slurm"]), default="local", show_default=True,
                 help="Where submissions are measured: on this machine, or as jobs of a Slurm cluster."),
    click.option("--no-wait", is_flag=True, help="With Slurm: submit and return; `validate collect` does the rest."),
    click.option("--slurm-partition", metavar="NAME", help="Partition; the cluster's default otherwise."),
    click.option("--slurm-gres", metavar="LIST", help="GPU of one task; gpu:1 unless --device cpu or --static."),
    click.option("--slurm-mem", metavar="SIZE", help="Memory of one task; the notebook's limit and 4G otherwise."),
    click.option("--slurm-cpus", type=click.IntRange(1), metavar="N", help="Cores of one task; 2 otherwise."),
    click.option("--slurm-time", metavar="TIME", help="Walltime of one task; all limits of its stages otherwise."),
    click.option("--slurm-setup", metavar="LINE", help="Shell line that a job runs first, such as: module load cuda."),
    click.option("--slurm-parallel", type=click.IntRange(1), metavar="N", help="Tasks at a time; Slurm's choice else."),
    click.option("--slurm", "slurm_extra", multiple=True, metavar="NAME=VALUE", help="Any other option of sbatch."),
)  # fmt: skip
NAMES = ("partition", "gres", "mem", "cpus", "time", "setup", "parallel", "extra")


def slurm_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options; the command gets them as one argument `slurm`, None on this machine."""

    @functools.wraps(command)
    def gathered(*, engine: str, no_wait: bool, **words: Any) -> int:
        asked = {name: words.pop(f"slurm_{name}") for name in NAMES}
        return command(**words, slurm=_choice(engine, no_wait=no_wait, asked=asked))

    for option in reversed(OPTIONS):
        gathered = option(gathered)
    return gathered


def _choice(engine: str, *, no_wait: bool, asked: dict[str, Any]) -> SlurmChoice | None:
    """Raises UsageProblem for options that do not go together, and where nothing can be submitted."""
    if engine != "slurm":
        named = [f"--slurm-{name}" for name, value in asked.items() if value] + (["--no-wait"] if no_wait else [])
        if named:
            raise UsageProblem(f"{named[0]}: only with --engine slurm")
        return None
    from validator.running.engines import slurm

    if why := slurm.why_not():
        raise UsageProblem(why)
    for name in ("partition", "gres", "mem", "setup"):
        _one_line(f"--slurm-{name}", asked[name] or "")
    return SlurmChoice(
        wait=not no_wait,
        partition=asked["partition"] or "",
        gres=asked["gres"],
        memory=asked["mem"],
        cpus=asked["cpus"] or 2,
        minutes=None if asked["time"] is None else walltime_minutes(asked["time"]),
        setup=asked["setup"] or "",
        parallel=asked["parallel"] or 0,
        extra=tuple(_named(word) for word in asked["extra"]),
    )


def walltime_minutes(text: str) -> int:
    """Slurm's ways to write a time: M, M:S, H:M:S, D-H, D-H:M, D-H:M:S; seconds count as a begun minute."""
    found = re.fullmatch(r"(?:(\d+)-)?(\d+)(?::(\d+))?(?::(\d+))?", text)
    if found is None:
        raise UsageProblem(f"--slurm-time: expected minutes, H:M:S or D-H:M:S, got {text!r}")
    days, *rest = (int(part) if part is not None else None for part in found.groups())
    first, second, third = rest
    if days is None and third is None:
        hours, minutes, seconds = 0, first or 0, second or 0
    else:
        hours, minutes, seconds = first or 0, second or 0, third or 0
    return (days or 0) * 1440 + hours * 60 + minutes + (seconds + 59) // 60


def _named(word: str) -> tuple[str, str]:
    name, _, value = word.removeprefix("--").partition("=")
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise UsageProblem(f"--slurm {word!r}: expected an option of sbatch, such as qos=short")
    if name in OUR_OWN:
        raise UsageProblem(f"--slurm {name}: the harness sets this itself, or has --slurm-{name} for it")
    return name, _one_line("--slurm", value)


def _one_line(option: str, value: str) -> str:
    if not value.isprintable():
        raise UsageProblem(f"{option}: one line of printable characters, got {value!r}")
    return value
