"""Progress on stderr: a bar on a terminal, plain lines elsewhere. stdout stays for data."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress


class Progress:
    """`tell` says what happens to one submission, `advance` that one is complete; both from any thread."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self._started = time.monotonic()
        self._lock = threading.Lock()
        self._bar = _bar(total) if sys.stderr.isatty() else None

    def __enter__(self) -> Progress:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def tell(self, submission: str, line: str) -> None:
        """One line on one submission."""
        with self._lock:
            self._print(f"{submission}: {line}")

    def advance(self, submission: str, line: str) -> None:
        """One submission is complete."""
        with self._lock:
            self.done += 1
            seconds = time.monotonic() - self._started
            self._print(f"[{self.done}/{self.total}] {submission}: {line} ({seconds:.0f} s since the start)")
            if self._bar:
                self._bar.update(self._bar.task_ids[0], completed=self.done)

    def _print(self, line: str) -> None:
        text = "".join(character if character.isprintable() else "?" for character in line)
        if self._bar:
            self._bar.console.print(text, markup=False, highlight=False)
        else:
            print(text, file=sys.stderr, flush=True)  # noqa: T201 - progress is for stderr


def _bar(total: int) -> RichProgress:
    """rich is imported only on a terminal."""
    import rich.progress
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (TextColumn("measuring"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    bar = rich.progress.Progress(*columns, console=Console(stderr=True), transient=True)
    bar.add_task("measuring", total=total)
    return bar
