"""Progress on stderr: a bar and what runs now on a terminal, plain lines elsewhere. stdout stays for data."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from validator.cli.pace import Pace
from validator.running.one import Step

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.live import Live

MOST_LINES = 16
"""Of what runs now; a screen has not many more."""


class Progress:
    """`tell`, `watch` and `advance` may be called from any thread."""

    def __init__(self, total: int, *, slots: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        self.pace = Pace(total=total, slots=slots)
        self._clock = clock
        self._started = clock()
        self._running: dict[str, tuple[Step, float]] = {}
        self._lock = threading.Lock()
        self._live = _live(self._view) if sys.stderr.isatty() else None

    def __enter__(self) -> Progress:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def tell(self, submission: str, line: str) -> None:
        """One line on one submission."""
        with self._lock:
            self._print(f"{submission}: {line}")

    def watch(self, step: Step) -> None:
        """A stage has begun or ended. Without a terminal only those are said that may take long."""
        now = self._clock()
        with self._lock:
            if step.change == "ended":
                self.pace.ended(step.submission, now=now)
                self._running.pop(step.submission, None)
                return
            self.pace.begun(step.submission, now=now)
            self._running[step.submission] = (step, now)
            if not self._live and step.stage != "static":
                self._print(f"{step.submission}: {step.stage}: started{f' on {step.gpu}' if step.gpu else ''}")

    def advance(self, submission: str, line: str) -> None:
        """One submission is complete."""
        with self._lock:
            self.pace.complete(submission)
            now = self._clock()
            times = [f"{duration(now - self._started)} since the start"]
            left = self.pace.remaining_seconds(now=now)
            if left is not None and self.pace.finished < self.pace.total:
                times.append(f"about {duration(left)} left")
            self._print(f"[{self.pace.finished}/{self.pace.total}] {submission}: {line} ({', '.join(times)})")

    def _print(self, line: str) -> None:
        text = _printable(line)
        if self._live:
            self._live.console.print(text, markup=False, highlight=False)
        else:
            print(text, file=sys.stderr, flush=True)  # noqa: T201 - progress is for stderr

    def _view(self) -> RenderableType:
        """The bar, and a line for each submission that runs: its stage, for how long, on which GPU."""
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        with self._lock:
            now = self._clock()
            left = self.pace.remaining_seconds(now=now)
            running = sorted(self._running.values(), key=lambda pair: pair[1])
            finished, total = self.pace.finished, self.pace.total
        bar = Table.grid(padding=(0, 1))
        eta = "" if left is None else f"about {duration(left)} left"
        counts = f"{finished}/{total}"
        bar.add_row("measuring", ProgressBar(total=max(total, 1), completed=finished, width=40), counts)
        bar.add_row("", Text(f"{duration(now - self._started)} since the start"), eta)
        lines = Table.grid(padding=(0, 2))
        for step, since in running[:MOST_LINES]:
            texts = (f"  {step.submission}", step.stage, duration(now - since), step.gpu)
            lines.add_row(*(Text(_printable(text)) for text in texts))
        if len(running) > MOST_LINES:
            lines.add_row(f"  and {len(running) - MOST_LINES} more")
        return Group(bar, lines)


def duration(seconds: float) -> str:
    """`42 s`, `3 min 05 s`, `2 h 07 min`."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def _printable(line: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in line)


def _live(view: Callable[[], RenderableType], console: Console | None = None) -> Live:
    """rich is imported only on a terminal."""
    import rich.live
    from rich.console import Console

    return rich.live.Live(
        get_renderable=view, console=console or Console(stderr=True), transient=True, refresh_per_second=2
    )
