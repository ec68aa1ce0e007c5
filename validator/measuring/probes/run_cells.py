"""Cells of one notebook executed one after another, each with its status from the execute reply.

Knows limits and outcomes; nothing of what is measured, of data sets or of submissions.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbclient.exceptions import DeadKernelError
from zmq import ZMQError

from validator.evidence import Cell, CellStatus, Outcome
from validator.measuring.probes import run_outputs
from validator.measuring.probes.run_client import Client, Saver, code_cell, notebook_of
from validator.measuring.probes.run_executed import Executed, Limits, Window, error_words
from validator.measuring.probes.run_kernel import QUIET, BoxedKernel

STARTUP_SECONDS = 120
AGAIN_SECONDS = 0.5
STATUS: dict[str, CellStatus] = {"ok": "ok", "error": "error", "aborted": "not-run"}
SMOKE_ENDING = "EnoughSeen"
"""Name of what the agent raises when a smoke run has seen enough of a cell."""
ERROR_CHARACTERS = 500
UNLIKE_A_KERNEL = (LookupError, TypeError, ValueError, AttributeError)
"""What the libraries raise at replies that no honest kernel sends: code in the kernel can send what it likes."""


@dataclass
class _Progress:
    """What is known so far; the hooks write here."""

    cells: list[Cell] = field(default_factory=list)
    windows: list[tuple[str, str]] = field(default_factory=list)
    timed_out: str = ""
    started: float = 0.0
    lost: list[int] = field(default_factory=list)


class Execution:
    """One notebook and its kernel; `run` is called once. A script is a notebook of one cell."""

    def __init__(self, *, notebook: Any, script: bool, kernel: BoxedKernel, limits: Limits, save: Saver) -> None:
        self._notebook = notebook
        self._script = script
        self._kernel = kernel
        self._limits = limits
        self._save = save
        self._progress = _Progress()
        self._budget = run_outputs.Budget(output_bytes=limits.output_bytes)
        self._client = self._client_of(notebook)
        self._outcome: Outcome = "not-started"
        self._detail = ""

    async def run(self, *, cwd: Path, env: Mapping[str, str], windows: Callable[[], Sequence[Window]]) -> Executed:
        """Execute every cell, then the windows; whatever happens to the kernel is in the answer."""
        started = time.monotonic()
        try:
            await self._student(cwd=cwd, env=env)
            wall_seconds = time.monotonic() - started
            if self._outcome in ("finished", "raised"):
                await self._windows(windows())
        finally:
            await self._close()
        return self._answer(wall_seconds)

    async def _student(self, *, cwd: Path, env: Mapping[str, str]) -> None:
        with self._watch(self._limits.wall_seconds, "the notebook"):
            try:
                await self._kernel.start(cwd=cwd, env=env)
                await self._client.async_start_new_kernel_client()
            except (RuntimeError, OSError) as error:
                if self._progress.timed_out:
                    self._outcome, self._detail = "timed-out", f"{self._progress.timed_out}, before its first cell"
                    return
                self._detail = f"the kernel did not start: {self._kernel.last_words()[-300:] or error}"
                return
            await self._cells()
        self._judge()

    async def _cells(self) -> None:
        for index, cell in enumerate(self._notebook.cells):
            if cell.cell_type != "code":
                continue
            if not await self._one(index, cell):
                break

    async def _one(self, index: int, cell: Any) -> bool:
        """Execute one cell; whether the kernel can go on."""
        progress = self._progress
        progress.started = time.monotonic()
        self._client.idle_seen = not cell.source.strip()
        if not cell.source.strip():
            progress.cells.append(Cell(index=index, status="ok"))
            return True
        try:
            with self._watch(self._limits.cell_seconds, f"cell {index}"):
                await self._client.async_execute_cell(cell, index)
        except DeadKernelError:
            self._lost_kernel(index)
            return False
        except UNLIKE_A_KERNEL:
            self._kernel.make_sure_it_ended()
            self._lost_kernel(index)
            return False
        finally:
            self._save.in_passing(self._notebook)
        if not self._client.idle_seen:
            progress.lost.append(index)
        return True

    def _lost_kernel(self, index: int) -> None:
        status: CellStatus = "timeout" if self._progress.timed_out else "died"
        cells = [cell for cell in self._progress.cells if cell.index != index]
        seconds = time.monotonic() - self._progress.started
        self._progress.cells = [*cells, Cell(index=index, status=status, seconds=seconds)]

    def _replied(self, cell: Any, cell_index: int, execute_reply: Any) -> None:
        """The only place where a status comes from: a student can hide outputs, not this."""
        content = execute_reply.get("content") or {}
        status = STATUS.get(str(content.get("status")), "error")
        error = f"{content.get('ename')}: {content.get('evalue')}"[:ERROR_CHARACTERS] if status == "error" else ""
        if status == "error" and content.get("ename") == SMOKE_ENDING:
            status, error = "smoke", ""
        seconds = time.monotonic() - self._progress.started
        self._progress.cells.append(Cell(index=cell_index, status=status, seconds=seconds, error=error))

    def _judge(self) -> None:
        """Classify from the evidence, not from which timer fired."""
        cells = self._progress.cells
        last = cells[-1] if cells else None
        if last is not None and last.status == "timeout":
            self._outcome, self._detail = "timed-out", f"{self._progress.timed_out}, in {self._place(last)}"
        elif last is not None and last.status == "died":
            self._outcome, self._detail = "killed", f"the kernel died in {self._place(last)}: {self._end_of_kernel()}"
        else:
            errors = [cell for cell in cells if cell.status == "error"]
            self._outcome = "raised" if errors else "finished"
            self._detail = error_words(errors, first=self._place(errors[0])) if errors else ""

    def _place(self, cell: Cell) -> str:
        return "the script" if self._script else f"cell {cell.index}"

    async def _windows(self, windows: Sequence[Window]) -> None:
        """The harness's own cells, in the student's process but not in the notebook."""
        for window in windows:
            cell = code_cell(window.code)
            client = self._client_of(notebook_of([cell]), hooked=False)
            client.kc = self._client.kc
            client.budget = run_outputs.Budget(output_bytes=1_000_000)
            replies: list[Any] = []
            client.on_cell_executed = lambda cell, cell_index, execute_reply, r=replies: r.append(execute_reply)
            try:
                with self._watch(self._limits.window_seconds, f"the harness's own cell ({window.name})"):
                    await client.async_execute_cell(cell, 0, store_history=False)
            except (DeadKernelError, *UNLIKE_A_KERNEL):
                self._progress.windows.append((window.name, self._progress.timed_out or "the kernel died in it"))
                return
            content = replies[-1]["content"] if replies else {}
            failed = content.get("status") != "ok"
            words = f"{content.get('ename')}: {content.get('evalue')}"[:ERROR_CHARACTERS] if failed else ""
            self._progress.windows.append((window.name, words))

    def _client_of(self, notebook: Any, *, hooked: bool = True) -> Client:
        client = Client(
            notebook,
            km=self._kernel,
            log=QUIET,
            timeout=None,
            startup_timeout=STARTUP_SECONDS,
            allow_errors=True,
            skip_cells_with_tag="",
            store_widget_state=False,
            record_timing=False,
        )
        if hooked:
            client.on_cell_executed = self._replied
        client.budget = self._budget
        return client

    @contextlib.contextmanager
    def _watch(self, seconds: float | None, what: str) -> Iterator[None]:
        """End the kernel at the limit from a timer of our own: no cooperation of the kernel is needed."""
        if seconds is None:
            yield
            return

        over = threading.Event()

        def watch() -> None:
            # Again and again until the cells are given up: a signal that comes while a process starts can get lost.
            if not over.wait(seconds):
                self._progress.timed_out = f"{what} ran longer than its limit of {seconds:g} s"
                self._kernel.end_now()
            while not over.wait(AGAIN_SECONDS):
                self._kernel.end_now()

        threading.Thread(target=watch, daemon=True).start()
        try:
            yield
        finally:
            over.set()

    async def _close(self) -> None:
        """Let the kernel end by itself for a moment, then end it and everything it started."""
        gone = self._outcome not in ("finished", "raised")
        with contextlib.suppress(RuntimeError, OSError, AssertionError, ZMQError):
            if self._client.kc is not None:
                self._client.kc.stop_channels()
            if self._client.km is not None:
                await self._kernel.shutdown_kernel(now=gone)
        self._kernel.make_sure_it_ended()
        with contextlib.suppress(RuntimeError, OSError, ZMQError):
            await self._kernel.cleanup_resources()
        self._save.now(self._notebook)

    def _end_of_kernel(self) -> str:
        box = self._kernel.box
        code = box.poll() if box is not None else None
        if code is None:
            return "how is not known"
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def _answer(self, wall_seconds: float) -> Executed:
        done = {cell.index for cell in self._progress.cells}
        rest = [
            Cell(index=index, status="not-run")
            for index, cell in enumerate(self._notebook.cells)
            if cell.cell_type == "code" and index not in done
        ]
        return Executed(
            outcome=self._outcome,
            detail=self._detail,
            cells=tuple(self._progress.cells + rest),
            windows=tuple(self._progress.windows),
            wall_seconds=wall_seconds,
            output_limited=self._budget.exceeded,
            output_lost=tuple(self._progress.lost),
            detached=self._kernel.detached(),
        )
