"""The figures of one paper, compared with the pictures of its notebooks and of their runs: one child process, limited.

Here the child is started and its answer checked; no picture is decoded in this process.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import importlib.util
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from validator import plain
from validator.evidence import Figure, Flag, Layout, Metrics, Picture, Reading
from validator.measuring import sandbox
from validator.measuring.probes import paper_forked
from validator.measuring.probes.figure_asked import Answer, Asked
from validator.measuring.probes.paper_child import OUTPUT_BYTES, program
from validator.measuring.probes.paper_ending import Ending
from validator.measuring.probes.removal import remove
from validator.measuring.probes.task import Task
from validator.plan import PaperLimits

READER = "validator.measuring.probes.figure_reader"
NEEDED = ("numpy", "PIL")
NOT_INSTALLED = "pictures are not looked at: Pillow and numpy are not installed here (pip install 'validator[run]')"
CPU_SECONDS, WALL_SECONDS = 45, 90.0
"""Of the child; within it, looking at the paper and at the outputs have shares of their own."""
NOTEBOOKS = 12
ABOUT = "figures"
SHEET = "paper-batch"
UNITS = {
    "stored_pictures": "pictures",
    "run_pictures": "pictures",
    "batch_in_stored": "share",
    "batch_in_run": "share",
}


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was found: the figures of each paper by its path, and how its batch compares."""

    figures: Mapping[str, tuple[Figure, ...]] = field(default_factory=dict)
    metrics: tuple[Metrics, ...] = ()


def figures(task: Task, layout: Layout, *, runs: tuple[str, ...]) -> Figures:
    """Look at the paper. Never raises over what the files hold: the readings say why there is none."""
    paths = [path for role in task.plan.roles if role.kind == "paper" for path in layout.roles.get(role.name, ())[:1]]
    if not paths:
        return Figures()
    limits = dataclasses.replace(task.plan.paper, cpu_seconds=CPU_SECONDS, wall_seconds=WALL_SECONDS)
    why, said = _answered(_asked(task, layout, paths[0], runs), limits)
    if said is None:
        readings = {f"figures.{name}": Reading.missing(unit=unit, why=why) for name, unit in UNITS.items()}
        flag = Flag(kind="figures-unread", detail=why, where=paths[0])
        return Figures(metrics=(Metrics(about=ABOUT, readings=readings, flags=(flag,)),))
    metrics = Metrics(
        about=ABOUT,
        readings=_readings(said),
        protocol="figures of the paper; its batch of samples beside the pictures in the notebooks, tile by tile",
        pictures=_sheet(task, said),
        flags=said.flags,
    )
    return Figures(figures={paths[0]: said.figures}, metrics=(metrics,))


def of_paper(file: Path, limits: PaperLimits) -> tuple[str, Answer | None]:
    """The figures of one PDF by itself, within limits; without an answer, the reason why there is none."""
    return _answered(Asked(paper=str(file.absolute())), limits)


def _answered(asked: Asked, limits: PaperLimits) -> tuple[str, Answer | None]:
    if any(importlib.util.find_spec(name) is None for name in NEEDED):
        return NOT_INSTALLED, None
    ending = _child(asked, limits)
    if not ending.ok:
        return f"the figures could not be looked at: {ending.why(limits)}", None
    try:
        return "", plain.from_plain(Answer, json.loads(ending.stdout))
    except (ValueError, RecursionError):
        return "the figures could not be looked at: the reader gave no answer", None


def _asked(task: Task, layout: Layout, paper: str, runs: tuple[str, ...]) -> Asked:
    """Notebooks as they were handed in, and what each run left."""
    roles = [role.name for role in task.plan.roles if role.kind == "notebook"]
    notebooks = [path for role in roles for path in layout.roles.get(role, ())][:NOTEBOOKS]
    executed = {run: task.run_folder(run) / "executed.ipynb" for run in runs}
    handed = {run: task.handed(run) for run in runs}
    return Asked(
        paper=str(task.unpacked / paper),
        notebooks={path: str(task.unpacked / path) for path in notebooks},
        executed={role: str(file) for role, file in executed.items() if file.is_file() and not file.is_symlink()},
        handed={role: str(folder) for role, folder in handed.items() if folder.is_dir() and not folder.is_symlink()},
    )


def _child(asked: Asked, limits: PaperLimits) -> Ending:
    """A fork where this process was made to be forked and holds what the reader needs, else a new interpreter."""
    if paper_forked.possible(READER, "pypdf", *NEEDED):
        return paper_forked.read_forked(
            READER, arguments=(asked,), readable=asked.places, limits=limits, output_bytes=OUTPUT_BYTES
        )
    return _interpreter(asked, limits)


def _interpreter(asked: Asked, limits: PaperLimits) -> Ending:
    with tempfile.TemporaryDirectory(prefix="figures-") as folder:
        outcome = sandbox.run(
            [*program(READER), json.dumps(plain.to_plain(asked))],
            limits=sandbox.Limits(
                wall_seconds=limits.wall_seconds,
                memory_bytes=limits.memory_bytes,
                file_bytes=0,
                cpu_seconds=limits.cpu_seconds,
                output_bytes=OUTPUT_BYTES,
            ),
            cwd=Path(folder),
            env={
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONUTF8": "1",
                "OMP_NUM_THREADS": "1",
                "OPENBLAS_NUM_THREADS": "1",
            },
        )
    return Ending(
        exit_code=outcome.exit_code,
        signal=outcome.signal,
        timed_out=outcome.timed_out,
        stdout=outcome.stdout,
        truncated=outcome.truncated,
        out_of_memory=b"memory" in outcome.stderr.lower(),
    )


def _readings(said: Answer) -> dict[str, Reading]:
    batches = any(figure.kind == "samples" and figure.count for figure in said.figures)
    values = {
        "stored_pictures": said.stored,
        "run_pictures": said.shown,
        "batch_in_stored": said.in_stored,
        "batch_in_run": said.in_run,
    }
    lacking = {
        "batch_in_stored": "the notebooks hold no stored pictures",
        "batch_in_run": "there are no pictures of a run",
    }
    none = "no batch of samples was found by the program in the paper"
    return {
        f"figures.{name}": (
            Reading(value=values[name], unit=unit, source="observed")
            if values[name] is not None
            else Reading.missing(unit=unit, why=lacking[name] if batches else none)
        )
        for name, unit in UNITS.items()
    }


def _sheet(task: Task, said: Answer) -> tuple[Picture, ...]:
    """Keep the picture for the marker beside those of the runs."""
    try:
        content = base64.b64decode(said.sheet, validate=True)
    except (binascii.Error, ValueError):
        return ()
    if not content:
        return ()
    path = Path(task.home) / "run" / ABOUT / f"{SHEET}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    remove(path)  # a link left there by somebody else is replaced, not written through
    path.write_bytes(content)
    return (Picture(name=SHEET, path=f"{ABOUT}/{path.name}", caption=said.caption),)
