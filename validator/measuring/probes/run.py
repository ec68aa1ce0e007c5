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
from validator.measuring.probes import notebook, run_scratch
from validator.measuring.probes.task import Task

if TYPE_CHECKING:
    from validator.measuring.probes.run_executed import Executed, Limits, Window
    from validator.measuring.probes.run_kernel import BoxedKernel

NEEDED = ("nbclient", "ipykernel", "jupyter_client", "numpy")
INSTALL = "pip install 'validator[run]'"
TERMINATED = 143


def run_available() -> str:
    """Empty text when notebooks can be executed here, else why not and the command that changes it."""
    if sys.platform == "win32":
        return "notebooks are executed on Linux and macOS only; use WSL"
    missing = [name for name in NEEDED if find_spec(name) is None]
    return f"executing needs {', '.join(missing)}: {INSTALL}" if missing else ""


def run(task: Task, role: str, path: str) -> Run:
    """Execute `path` of the unpacked submission with the agent inside; whatever it does is an outcome."""
    folder = run_scratch.fresh(task.run_folder(role))
    task.handed(role).mkdir()
    document = notebook.read(task.unpacked / path)
    why = "" if document.readable else f"{path}: {document.flags[-1].detail}"
    why = why or run_available()
    if why:
        return not_started(path=path, role=role, why=why, flags=document.flags)
    with run_scratch.scratch(submission=task.unpacked, folder=folder) as scratch:
        return _run_in(scratch, task=task, role=role, path=path, document=document)


def not_started(*, path: str, role: str, why: str, flags: Sequence[Flag] = ()) -> Run:
    """A run that never began."""
    from validator.measuring.probes import run_meter

    readings = run_meter.missing_readings(role=role, why=f"not executed: {why}")
    return Run(path=path, role=role, outcome="not-started", detail=why, flags=tuple(flags), readings=readings)


def _run_in(scratch: run_scratch.Scratch, *, task: Task, role: str, path: str, document: notebook.Document) -> Run:
    from validator.measuring.probes import run_meter, run_samples, run_windows

    order = run_windows.Order()
    skipped: list[str] = []

    def windows() -> Sequence[Window]:
        cells, why = run_windows.windows(task, role=role, folder=scratch.tmp, order=order)
        skipped.extend([why] if why else [])
        return cells

    with run_meter.listening(task, role=role, sockets=scratch.sockets) as config:
        executed = _execute(
            scratch, task=task, role=role, file=scratch.work / path, document=document, config=config, windows=windows
        )
        folder = task.run_folder(role)
        lost = run_scratch.settled(folder.parent, folder, task.handed(role))
    # The kernel is gone from here on: nothing of the student's can see or change what follows.
    order.store(task.run_folder(role) / "secret")
    if role == task.plan.generator_role:
        run_samples.collect(task, scratch=scratch, records=run_meter.records(task, role=role))
    flags = (*document.flags, *_flags(executed, skipped, lost))
    found = run_meter.judged(task, role=role, path=path, executed=executed, flags=flags, sockets=scratch.sockets)
    return _without_place(found, scratch.work)


def _without_place(found: Run, work: Path) -> Run:
    """The same run, with files named as the student knows them and not by where the scratch copy lay."""

    def plain(text: str) -> str:
        return notebook.clean(text.replace(f"{work}/", "").replace(str(work), "."))

    cells = tuple(dataclasses.replace(cell, error=plain(cell.error)) for cell in found.cells)
    flags = tuple(dataclasses.replace(flag, detail=plain(flag.detail)) for flag in found.flags)
    return dataclasses.replace(found, detail=plain(found.detail), cells=cells, flags=flags)


def _execute(
    scratch: run_scratch.Scratch,
    *,
    task: Task,
    role: str,
    file: Path,
    document: notebook.Document,
    config: Path,
    windows: Callable[[], Sequence[Window]],
) -> Executed:
    from validator.measuring.probes import run_cells, run_client, run_kernel

    limits = _limits(task)
    kernel = run_kernel.BoxedKernel(limits=limits.box, sockets=scratch.sockets)
    execution = run_cells.Execution(
        notebook=_notebook(document, file),
        script=document.script,
        kernel=kernel,
        limits=limits,
        save=run_client.Saver(task.run_folder(role) / "executed.ipynb"),
    )
    with _ended_when_told(kernel):
        return asyncio.run(execution.run(cwd=file.parent, env=scratch.environment(config=config), windows=windows))


def _limits(task: Task) -> Limits:
    from validator.measuring.probes.run_executed import Limits

    wished = task.plan.run
    return Limits(
        wall_seconds=wished.wall_seconds,
        cell_seconds=wished.cell_seconds,
        window_seconds=wished.window_seconds,
        output_bytes=wished.output_bytes,
        box=sandbox.Limits(
            wall_seconds=wished.wall_seconds, memory_bytes=wished.memory_bytes, file_bytes=wished.file_bytes
        ),
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


def _flags(executed: Executed, skipped: Sequence[str], lost: Sequence[str]) -> Iterator[Flag]:
    """What a person should know about how the run went."""
    if executed.output_limited:
        yield Flag(kind="output-limit", detail="more output than is kept: the executed notebook lacks some of it")
    for index in executed.output_lost:
        yield Flag(kind="output-incomplete", detail="the last outputs of a cell did not arrive", where=f"cell {index}")
    if executed.detached:
        detail = f"{executed.detached} processes were left running after the notebook and were ended"
        yield Flag(kind="detached-processes", detail=detail)
    for name, why in executed.windows:
        if why:
            yield Flag(kind=f"no-{name}", detail=why)
    if lost:
        detail = f"folders of the harness were removed or replaced while the notebook ran: {', '.join(lost)}"
        yield Flag(kind="folders-replaced", detail=detail)
    for why in skipped:
        yield Flag(kind="window-skipped", detail=why)
