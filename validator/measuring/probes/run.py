"""Execute the notebook or script of one role, and tell how it ended and what was measured in it.

Called in a process that may be lost. Knows no limit of a rubric: resources come from the plan.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from validator.evidence import Flag, Run
from validator.measuring import sandbox
from validator.measuring.probes import claims_outputs, losses_repeated, notebook, run_box, run_scratch
from validator.measuring.probes.task import Task

if TYPE_CHECKING:
    from validator.measuring.probes.run_executed import Executed, Limits, Window
    from validator.measuring.probes.run_kernel import Box, BoxedKernel
    from validator.measuring.probes.run_meter import Brought

NEEDED = ("nbclient", "ipykernel", "jupyter_client", "numpy")
INSTALL = "pip install 'validator[run]'"
TERMINATED = 143
SMOKE_CELL_SECONDS = 60.0
"""A cell that catches what ends it in a smoke run is interrupted, and then its kernel is ended."""


def run_available() -> str:
    """Empty text when notebooks can be executed here, else why not and the command that changes it."""
    if sys.platform == "win32":
        return "notebooks are executed on Linux and macOS only; use WSL"
    missing = [name for name in NEEDED if find_spec(name) is None]
    return f"executing needs {', '.join(missing)}: {INSTALL}" if missing else ""


def run(task: Task, role: str, path: str) -> Run:
    """Execute `path` of the unpacked submission with the agent inside; whatever it does is an outcome."""
    with run_scratch.scratch(submission=task.unpacked) as scratch:
        return run_in(scratch, task=task, role=role, path=path)


def run_in(scratch: run_scratch.Scratch, *, task: Task, role: str, path: str, brought: Brought | None = None) -> Run:
    """The same in folders that are there; `brought` where others ran in them before."""
    run_scratch.fresh(task.run_folder(role))
    task.handed(role).mkdir()
    document = notebook.read(task.unpacked / path)
    why = "" if document.readable else f"{path}: {document.flags[-1].detail}"
    why = why or run_available()
    if why:
        return not_started(path=path, role=role, why=why, flags=document.flags)
    return _run_in(scratch, task=task, role=role, path=path, document=document, brought=brought)


def not_started(*, path: str, role: str, why: str, flags: Sequence[Flag] = ()) -> Run:
    """A run that never began."""
    from validator.measuring.probes import run_meter

    readings = run_meter.missing_readings(role=role, why=f"not executed: {why}")
    return Run(path=path, role=role, outcome="not-started", detail=why, flags=tuple(flags), readings=readings)


def _run_in(
    scratch: run_scratch.Scratch,
    *,
    task: Task,
    role: str,
    path: str,
    document: notebook.Document,
    brought: Brought | None,
) -> Run:
    from validator.measuring.probes import run_meter, run_samples, run_weights, run_windows

    order = run_windows.Order()
    skipped: list[str] = []
    weights = run_weights.of(task)
    walls = run_box.walls_of(task, scratch, counters=run_meter.counters_of(scratch))

    def windows() -> Sequence[Window]:
        cells, why = run_windows.windows(task, role=role, scratch=scratch, order=order)
        skipped.extend([why] if why else [])
        if task.plan.execute == "smoke":
            return cells
        return run_windows.with_weights(cells, weights.window(task, role=role, scratch=scratch))

    asked = bool(weights.digests) and task.plan.execute != "smoke"
    with run_meter.listening(task, role=role, scratch=scratch, brought=brought, weights=asked) as config:
        run = _Started(task=task, role=role, scratch=scratch, walls=walls, config=config)
        executed = _execute(run, file=scratch.work / path, document=document, windows=windows)
        if executed.outcome == "not-started":
            # Nothing of the student's has run yet: whatever kept the kernel from starting is the harness's.
            raise run_box.BoxProblem(executed.detail)
        folder = task.run_folder(role)
        lost = run_scratch.settled(folder.parent, folder, task.handed(role), scratch.handed)
    # The kernel is gone from here on: nothing of the student's can see or change what follows.
    order.store(task.run_folder(role) / "secret")
    left_out = run_scratch.hand_over(scratch.handed, task.handed(role))
    if role == task.plan.generator_role:
        run_samples.collect(task, scratch=scratch, records=run_meter.records(task, role=role))
    flags = (*document.flags, *_flags(executed, skipped, lost, left_out))
    found = run_meter.judged(
        task, role=role, path=path, executed=executed, flags=flags, scratch=scratch, tier=walls.tier
    )
    kept = task.run_folder(role) / "executed.ipynb"
    found = dataclasses.replace(found, claims=claims_outputs.claims_of_file(kept, role=role))
    found = losses_repeated.with_losses(found, stored=document, executed=kept)
    found = run_weights.with_weights(found, weights, task.handed(role))
    return _without_place(found, scratch.work)


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Started:
    """What is fixed once the folders and the walls of a run are there."""

    task: Task
    role: str
    scratch: run_scratch.Scratch
    walls: sandbox.Walls
    config: Path
    """The agent's configuration."""

    def box(self) -> Box:
        """What stands around the kernel."""
        from validator.measuring.probes.run_kernel import Box

        return Box(
            limits=run_box.limits_of(self.task),
            walls=self.walls,
            python=run_box.interpreter(self.task),
            status=self.scratch.status,
        )


def _without_place(found: Run, work: Path) -> Run:
    """The same run, with files named as the student knows them and not by where the scratch copy lay."""

    def plain(text: str) -> str:
        return notebook.clean(text.replace(f"{work}/", "").replace(str(work), "."))

    cells = tuple(dataclasses.replace(cell, error=plain(cell.error)) for cell in found.cells)
    flags = tuple(dataclasses.replace(flag, detail=plain(flag.detail)) for flag in found.flags)
    return dataclasses.replace(found, detail=plain(found.detail), cells=cells, flags=flags)


def _execute(
    run: _Started, *, file: Path, document: notebook.Document, windows: Callable[[], Sequence[Window]]
) -> Executed:
    from validator.measuring.probes import run_cells, run_client, run_kernel

    kernel = run_kernel.BoxedKernel(box=run.box(), sockets=run.scratch.sockets)
    execution = run_cells.Execution(
        notebook=_notebook(document, file),
        script=document.script,
        kernel=kernel,
        limits=_limits(run.task),
        save=run_client.Saver(run.task.run_folder(run.role) / "executed.ipynb"),
    )
    variables = run_box.variables(run.task, run.scratch, config=run.config, walls=run.walls)
    with _ended_when_told(kernel):
        return asyncio.run(execution.run(cwd=file.parent, env=variables, windows=windows))


def _limits(task: Task) -> Limits:
    from validator.measuring.probes.run_executed import Limits

    wished = task.plan.run
    smoke = task.plan.execute == "smoke"
    return Limits(
        wall_seconds=wished.wall_seconds,
        cell_seconds=min(wished.cell_seconds or SMOKE_CELL_SECONDS, SMOKE_CELL_SECONDS)
        if smoke
        else wished.cell_seconds,
        window_seconds=wished.window_seconds,
        output_bytes=wished.output_bytes,
    )


def _notebook(document: notebook.Document, file: Path) -> Any:
    """The cells as they stand, under metadata of the harness's own; a script is one cell that runs it."""
    from validator.measuring.probes import run_client, run_script

    if document.script:
        return run_client.notebook_of([run_client.code_cell(run_script.cell_text(file))])
    cells = [(run_client.code_cell if cell.code else run_client.text_cell)(cell.text) for cell in document.cells]
    return run_client.notebook_of(cells)


@contextlib.contextmanager
def _ended_when_told(kernel: BoxedKernel) -> Iterator[None]:
    """SIGTERM or an interrupt to this process ends the kernel, and is never taken for a death of the student's.

    Only the main thread may say so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: object) -> None:
        kernel.end_now()
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        sys.exit(TERMINATED)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


EXCESS = {
    "memory": ("memory-limit", "its processes together held more memory than the limit, and were ended"),
    "processes": ("process-limit", "it started more processes than the limit, and all were ended"),
    "disk": ("disk-limit", "it wrote more to disk than the limit, and was ended"),
}


def _flags(executed: Executed, skipped: Sequence[str], lost: Sequence[str], left_out: str) -> Iterator[Flag]:
    """What a person should know about how the run went."""
    if executed.output_limited:
        yield Flag(kind="output-limit", detail="more output than is kept: the executed notebook lacks some of it")
    for index in executed.output_lost:
        yield Flag(kind="output-incomplete", detail="the last outputs of a cell did not arrive", where=f"cell {index}")
    for index in executed.answered_twice:
        detail = "more than one reply came for a cell: code in it forges replies, so what it says of itself is no proof"
        yield Flag(kind="second-reply", detail=detail, where=f"cell {index}")
    if executed.told.excess in EXCESS:
        kind, detail = EXCESS[executed.told.excess]
        yield Flag(kind=kind, detail=detail)
    if executed.told.detached:
        detail = f"{executed.told.detached} processes were left running after the notebook and were ended"
        yield Flag(kind="detached-processes", detail=detail)
    for name, why in executed.windows:
        if why:
            yield Flag(kind=f"no-{name}", detail=why)
    if lost:
        detail = f"folders of the harness were removed or replaced while the notebook ran: {', '.join(lost)}"
        yield Flag(kind="folders-replaced", detail=detail)
    if left_out:
        yield Flag(kind="handed-incomplete", detail=f"not all that the run handed out was kept: {left_out}")
    for why in skipped:
        yield Flag(kind="window-skipped", detail=why)
