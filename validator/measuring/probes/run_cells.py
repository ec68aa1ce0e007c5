"""Cells of one notebook executed one after another, each with its status from the execute reply.

Knows limits and outcomes; nothing of what is measured, of data sets or of submissions.
"""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbclient.exceptions import DeadKernelError
from zmq import ZMQError

from validator.evidence import Cell, CellStatus, Outcome
from validator.measuring.probes import run_messages, run_outputs
from validator.measuring.probes.run_client import Client, Saver, code_cell, notebook_of
from validator.measuring.probes.run_executed import Executed, Limits, Window, error_words, status_of, worse
from validator.measuring.probes.run_kernel import QUIET, BoxedKernel
from validator.measuring.probes.run_limits import Clock

STARTUP_SECONDS = 120
LAST_OUTPUT_SECONDS = 4
"""How long outputs may come after the reply to their cell."""
CELL_SHARE = 0.75
"""Of the notebook's time for one cell: an honest training in one cell may take long, an endless one not everything."""
LARGEST_MESSAGE_BYTES = 1024 * 1024
"""Beyond the budget for outputs: no message that large would be kept, so none is received."""


@dataclass
class _Progress:
    """What is known so far; the hooks write here."""

    cells: list[Cell] = field(default_factory=list)
    windows: list[tuple[str, str]] = field(default_factory=list)
    interrupted: list[tuple[int, str]] = field(default_factory=list)
    """Cells that were asked to stop, and why."""
    started: float = 0.0
    lost: list[int] = field(default_factory=list)
    twice: list[int] = field(default_factory=list)


class Execution:
    """One notebook and its kernel; `run` is called once. A script is a notebook of one cell."""

    def __init__(self, *, notebook: Any, script: bool, kernel: BoxedKernel, limits: Limits, save: Saver) -> None:
        self._notebook = notebook
        self._script = script
        self._kernel = kernel
        self._limits = limits
        self._save = save
        self._progress = _Progress()
        self._clock = Clock(kernel)
        self._budget = run_outputs.Budget(output_bytes=limits.output_bytes)
        self._client = self._client_of(notebook)
        self._outcome: Outcome = "not-started"
        self._detail = ""
        self._kernel_lives = False

    async def run(self, *, cwd: Path, env: Mapping[str, str], windows: Callable[[], Sequence[Window]]) -> Executed:
        """Execute every cell, then the windows; whatever happens to the kernel is in the answer."""
        started = time.monotonic()
        try:
            await self._student(cwd=cwd, env=env)
            wall_seconds = time.monotonic() - started
            if self._kernel_lives:
                await self._windows(windows())
        finally:
            await self._close()
        return self._answer(wall_seconds)

    async def _student(self, *, cwd: Path, env: Mapping[str, str]) -> None:
        with self._clock.ending(self._limits.wall_seconds, "the notebook"):
            try:
                await self._kernel.start(cwd=cwd, env=env)
                most_bytes = 2 * self._limits.output_bytes + LARGEST_MESSAGE_BYTES
                await self._client.connect(startup_seconds=STARTUP_SECONDS, most_bytes=most_bytes)
            except (RuntimeError, OSError) as error:
                if self._clock.ended:
                    self._outcome, self._detail = "timed-out", f"{self._clock.ended}, before its first cell"
                    return
                self._detail = f"the kernel did not start: {self._kernel.last_words()[-300:] or error}"
                return
            await self._cells()
        self._judge()

    async def _cells(self) -> None:
        code = [index for index, cell in enumerate(self._notebook.cells) if cell.cell_type == "code"]
        filled = [index for index in code if self._notebook.cells[index].source.strip()]
        for index in code:
            if index not in filled:
                self._progress.cells.append(Cell(index=index, status="ok"))
            elif not await self._one(index, self._notebook.cells[index], last=index == filled[-1]):
                return
        await self._client.late_replies()

    async def _one(self, index: int, cell: Any, *, last: bool) -> bool:
        """Execute one cell; whether the kernel can go on."""
        self._progress.started = time.monotonic()
        try:
            with self._clock.asking(self._cell_seconds(last=last), self._place(index)):
                await self._client.execute_at(cell, index, place=f"cell {index}")
        except (DeadKernelError, *run_messages.UNREADABLE) as error:
            if self._client.reply is None or not isinstance(error, DeadKernelError):
                self._lost_kernel(index, error)
                return False
            self._replied(cell, index, self._client.reply)  # it ended after its cell: the next one will tell
        finally:
            self._save.in_passing(self._notebook)
        if not self._client.idle_seen or self._client.tally.lost:
            self._progress.lost.append(index)
        return True

    def _cell_seconds(self, *, last: bool) -> float | None:
        """The limit of one cell: where the plan gives none, most of the notebook's, and some is left for the others."""
        if self._limits.cell_seconds is not None or last:
            return self._limits.cell_seconds
        return self._limits.wall_seconds * CELL_SHARE

    def _lost_kernel(self, index: int, error: Exception) -> None:
        if not isinstance(error, DeadKernelError):
            self._kernel.make_sure_it_ended()
        # Who left by itself a moment before its limit did not run out of time, whichever was noticed first.
        left = self._kernel.ended_with() not in (None, -signal.SIGKILL)
        status: CellStatus = "timeout" if self._clock.ended and not left else "died"
        cells = [cell for cell in self._progress.cells if cell.index != index]
        seconds = time.monotonic() - self._progress.started
        self._progress.cells = [*cells, Cell(index=index, status=status, seconds=seconds)]

    def _replied(self, cell: Any, cell_index: int, execute_reply: Any) -> None:
        """The only place where a status comes from: a student can hide outputs, not this."""
        status, error = status_of(execute_reply.get("content") or {})
        if self._clock.asked:
            # Whether it stopped with an error or caught the interrupt and ended well: it did not end by itself.
            self._progress.interrupted.append((cell_index, self._clock.asked))
            status, error = "timeout", ""
        seconds = time.monotonic() - self._progress.started
        self._progress.cells.append(Cell(index=cell_index, status=status, seconds=seconds, error=error))

    def _replied_again(self, index: int, content: dict[str, Any]) -> None:
        """The first reply was forged, or this one is: an error in either counts."""
        self._progress.twice.append(index)
        cells = self._progress.cells
        self._progress.cells = [worse(cell, content) if cell.index == index else cell for cell in cells]

    def _judge(self) -> None:
        """Classify from the evidence, not from which timer fired."""
        cells, interrupted = self._progress.cells, self._progress.interrupted
        last = cells[-1] if cells else None
        errors = [cell for cell in cells if cell.status == "error"]
        words = error_words(errors, first=self._place(errors[0].index)) if errors else ""
        self._kernel_lives = True
        if last is not None and last.status == "timeout" and last.index not in dict(interrupted):
            self._outcome, self._detail = "timed-out", f"{self._clock.ended}, in {self._place(last.index)}"
            self._kernel_lives = False
        elif last is not None and last.status == "died":
            self._outcome, self._detail = (
                "killed",
                f"the kernel died in {self._place(last.index)}: {self._end_of_kernel()}",
            )
            self._kernel_lives = False
        elif interrupted:
            said = [f"{why} and was interrupted" for _, why in interrupted] + ([words] if words else [])
            self._outcome, self._detail = "timed-out", "; ".join(said)
        else:
            self._outcome, self._detail = ("raised", words) if errors else ("finished", "")

    def _place(self, index: int) -> str:
        return "the script" if self._script else f"cell {index}"

    async def _windows(self, windows: Sequence[Window]) -> None:
        """The harness's own cells, in the student's process but not in the notebook."""
        for window in windows:
            cell = code_cell(window.code)
            client = self._client_of(notebook_of([cell]), hooked=False)
            client.kc, client.published = self._client.kc, self._client.published
            client.budget = run_outputs.Budget(output_bytes=1_000_000)
            replies: list[Any] = []
            client.on_cell_executed = lambda cell, cell_index, execute_reply, r=replies: r.append(execute_reply)
            try:
                with self._clock.ending(self._limits.window_seconds, f"the harness's own cell ({window.name})"):
                    await client.execute_at(cell, 0, place="", store_history=False)
            except (DeadKernelError, *run_messages.UNREADABLE):
                self._progress.windows.append((window.name, self._clock.ended or "the kernel died in it"))
                return
            status, words = status_of(replies[-1]["content"] if replies else {})
            self._progress.windows.append((window.name, words if status in ("ok", "error") else status))

    def _client_of(self, notebook: Any, *, hooked: bool = True) -> Client:
        client = Client(
            notebook,
            km=self._kernel,
            log=QUIET,
            timeout=None,
            iopub_timeout=LAST_OUTPUT_SECONDS,
            allow_errors=True,
            skip_cells_with_tag="",
            store_widget_state=False,
            record_timing=False,
        )
        if hooked:
            client.on_cell_executed, client.on_second_reply = self._replied, self._replied_again
        client.budget = self._budget
        return client

    async def _close(self) -> None:
        """Let the kernel end by itself for a moment, then end it and everything it started."""
        gone = not self._kernel_lives
        with contextlib.suppress(RuntimeError, OSError, AssertionError, ZMQError):
            self._client.disconnect()
            if self._client.km is not None:
                await (self._kernel.shutdown_kernel(now=True) if gone else self._kernel.leave())
        self._kernel.make_sure_it_ended()
        with contextlib.suppress(RuntimeError, OSError, ZMQError):
            await self._kernel.cleanup_resources()
        self._save.now(self._notebook)

    def _end_of_kernel(self) -> str:
        code = self._kernel.ended_with()
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
            answered_twice=tuple(dict.fromkeys(self._progress.twice)),
            told=self._kernel.told(),
        )
