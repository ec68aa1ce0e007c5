"""The meter of one run: what the agent is told, who listens to it, and what its records say afterwards."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from validator.evidence import Flag, Reading, Run
from validator.measuring import datasets, sandbox
from validator.measuring.meter import counters, judge, log
from validator.measuring.meter.heartbeats import Heartbeats
from validator.measuring.meter.pages import Pages
from validator.measuring.meter.recorder import Recorder
from validator.measuring.meter.tree import Tree
from validator.measuring.meter.watching import SHARED, Watching
from validator.measuring.meter.witness import Witness
from validator.measuring.probes import losses_repeated, run_box
from validator.measuring.probes.run_scratch import Scratch
from validator.measuring.probes.task import Task

if TYPE_CHECKING:
    from validator.measuring.probes.run_executed import Executed

MOST_HANDED_IN = 2000


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What was there when the first notebook began in a folder in which several run, one after the other."""

    files: Mapping[str, int]
    """Path to size, of the files of the submission."""
    began_ns: int
    """What was written since is the runs' own."""


@contextlib.contextmanager
def listening(
    task: Task, *, role: str, scratch: Scratch, brought: Brought | None = None, weights: bool = False
) -> Iterator[Path]:
    """Listen while the kernel runs; yields the agent's configuration file.

    `brought`: where others ran before. `weights`: networks will be asked again with weights that were handed in.
    """
    config, socket = scratch.told / "agent.json", scratch.told / "records"
    told = {
        "socket": str(socket),
        "work": str(scratch.work),
        "handed_in": handed_in(scratch.work) if brought is None else dict(brought.files),
        "began_ns": None if brought is None else brought.began_ns,
        "counters": str(counters_of(scratch)),
        "handed": str(scratch.handed),
        "weights_handed_in": weights,
        "tmp": str(scratch.tmp),
        "smoke_steps": task.plan.smoke_steps if task.plan.execute == "smoke" else None,
        "self_test": {name: list(said) for name, said in task.self_test.items()},
        **datasets.served(Path(task.data) if task.data else None),
    }
    config.write_text(json.dumps(told), encoding="utf-8")
    log_file = task.run_folder(role) / "records.jsonl"
    with Recorder(socket, log_file, counters_of(scratch), witnesses=_witnesses(task, scratch, brought)):
        scratch.open_to_run(config, 0o644)
        scratch.open_to_run(counters_of(scratch), 0o666)
        scratch.open_to_run(socket, 0o666)
        yield config


def handed_in(work: Path) -> dict[str, int]:
    """The files of the submission as the run begins, with their sizes: what the run reads of them it did not write."""
    files = (path for path in sorted(work.rglob("*")) if path.is_file() and not path.is_symlink())
    return {path.relative_to(work).as_posix(): path.stat().st_size for path in islice(files, MOST_HANDED_IN)}


def _witnesses(task: Task, scratch: Scratch, brought: Brought | None) -> tuple[Witness, ...]:
    """What looks at the run from outside, beside what its agents say."""
    own = {"work": scratch.work, "home": scratch.home, "tmp": scratch.tmp, "handed": scratch.handed}
    shared = {f"{SHARED}/{path.name}": path for path in run_box.data_paths(task.data)}
    tree = Tree(box=str(scratch.status), folders=(*scratch.writable, scratch.tmp), account=scratch.uid)
    made = () if brought is None else _made_before(own, brought)
    return (tree, Heartbeats(), Pages(counters_of(scratch)), Watching({**own, **shared}, made=made))


def _made_before(own: Mapping[str, Path], brought: Brought) -> Iterator[str]:
    """Files in these folders that the submission did not bring, each as the watch tells it: `work/network.pt`.

    Whatever an earlier run made of the folders: what cannot be listed is left out.
    """
    theirs = {f"work/{path}" for path in brought.files}
    waiting = [(label, str(folder)) for label, folder in own.items()]
    while waiting:
        name, folder = waiting.pop()
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                below = f"{name}/{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((below, entry.path))
                elif below not in theirs:
                    yield below


def counters_of(scratch: Scratch) -> Path:
    """The page of counters: the run may write it, and neither remove nor replace it where there are walls."""
    return scratch.told / "counters"


def judged(
    task: Task, *, role: str, path: str, executed: Executed, flags: Sequence[Flag], scratch: Scratch, tier: sandbox.Tier
) -> Run:
    """The whole evidence of one run, once nobody talks any more. The scratch still holds the page of counters."""
    said = judge.judge(
        records=records(task, role=role),
        counters=counters.read(counters_of(scratch)),
        role=role,
        several=bool(task.plan.classifier_names) and role in task.plan.classifier_runs,
    )
    counted = {
        **missing_readings(
            role=role, why="no network was seen whose weights could be looked at before its first update"
        ),
        **said.readings,
    }
    ended_early = task.plan.execute == "smoke" or any(cell.status == "smoke" for cell in executed.cells)
    if ended_early:
        unknown = missing_readings(role=role, why="smoke run: each loop was ended after a few steps")
        counted |= {name: reading for name, reading in unknown.items() if reading.unit != "parameters"}
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
        readings=counted,
        flags=(*flags, *said.flags),
        notes=said.notes,
        framework=said.framework,
        sandbox=sandbox.TIERS[tier],
        wall_seconds=executed.wall_seconds,
    )


def records(task: Task, *, role: str) -> list[dict[str, Any]]:
    """What the agent said, in the order it arrived."""
    return list(log.read_records(task.run_folder(role) / "records.jsonl"))


def missing_readings(*, role: str, why: str) -> dict[str, Reading]:
    """Every reading a run has, absent for one reason."""
    units = {**judge.UNITS, **losses_repeated.UNITS}
    return {f"{role}.{name}": Reading.missing(unit=unit, why=why) for name, unit in units.items()}
