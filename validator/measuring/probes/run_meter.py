"""The meter of one run: what the agent is told, who listens to it, and what its records say afterwards."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from validator.evidence import Flag, Reading, Run
from validator.measuring import datasets, sandbox
from validator.measuring.meter import counters, judge, log
from validator.measuring.meter.recorder import Recorder
from validator.measuring.probes.task import Task

if TYPE_CHECKING:
    from validator.measuring.probes.run_executed import Executed

READINGS = {
    "parameters": "parameters",
    "trainable_parameters": "parameters",
    "steps": "steps",
    "gradient_computations": "gradient computations",
    "optimiser_calls": "optimiser calls",
}


@contextlib.contextmanager
def listening(task: Task, *, role: str, sockets: Path) -> Iterator[Path]:
    """Listen while the kernel runs; yields the agent's configuration file."""
    folder = task.run_folder(role)
    config = sockets / "agent.json"
    told = {
        "socket": str(sockets / "records"),
        "counters": str(sockets / "counters"),
        "handed": str(task.handed(role)),
        "smoke_steps": task.plan.smoke_steps if task.plan.execute == "smoke" else None,
        **datasets.served(Path(task.data) if task.data else None),
    }
    config.write_text(json.dumps(told), encoding="utf-8")
    with Recorder(sockets / "records", folder / "records.jsonl", sockets / "counters"):
        yield config


def judged(task: Task, *, role: str, path: str, executed: Executed, flags: Sequence[Flag], sockets: Path) -> Run:
    """The whole evidence of one run, once nobody talks any more. `sockets` still holds the page of counters."""
    said = judge.judge(records=records(task, role=role), counters=counters.read(sockets / "counters"), role=role)
    ended_early = task.plan.execute == "smoke" or any(cell.status == "smoke" for cell in executed.cells)
    return Run(
        path=path,
        role=role,
        outcome=executed.outcome,
        detail=executed.detail,
        complete=said.complete and executed.outcome == "finished" and not ended_early,
        agreement=said.agreement,
        cells=executed.cells,
        networks=said.networks,
        curve=said.curve,
        readings={**missing_readings(role=role, why="the meter has no such reading"), **said.readings},
        flags=(*flags, *said.flags),
        framework=said.framework,
        sandbox=sandbox.TIER,
        wall_seconds=executed.wall_seconds,
    )


def records(task: Task, *, role: str) -> list[dict[str, Any]]:
    """What the agent said, in the order it arrived."""
    return list(log.read_records(task.run_folder(role) / "records.jsonl"))


def missing_readings(*, role: str, why: str) -> dict[str, Reading]:
    """Every reading a run has, absent for one reason."""
    return {f"{role}.{name}": Reading.missing(unit=unit, why=why) for name, unit in READINGS.items()}
