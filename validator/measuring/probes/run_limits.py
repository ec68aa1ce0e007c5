"""Limits of time while cells run: a cell is asked to stop first, and the kernel is ended when it does not.

Knows kernels and clocks; nothing of notebooks.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator

from validator.measuring.probes.run_kernel import BoxedKernel

GRACE_SECONDS = 5.0
"""How long a cell may take to stop once it was asked to."""
AGAIN_SECONDS = 0.5


class Clock:
    """What ran out of time, in words."""

    def __init__(self, kernel: BoxedKernel) -> None:
        self._kernel = kernel
        self._asking: asyncio.Task[None] | None = None
        self.ended = ""
        """Why the kernel was ended; empty while it was not."""
        self.asked = ""
        """Why the current cell was asked to stop; empty while it was not."""

    @contextlib.contextmanager
    def ending(self, seconds: float | None, what: str) -> Iterator[None]:
        """End the kernel at the limit from a timer of our own: no cooperation of the kernel is needed."""
        if seconds is None:
            yield
            return
        over = threading.Event()

        def watch(words: str = _words(what, seconds)) -> None:
            # Again and again until the cells are given up: a signal that comes while a process starts can get lost.
            if not over.wait(seconds):
                self.ended = self.ended or self.asked or words
                self._kernel.end_now()
            while not over.wait(AGAIN_SECONDS):
                self._kernel.end_now()

        threading.Thread(target=watch, daemon=True).start()
        try:
            yield
        finally:
            over.set()

    @contextlib.contextmanager
    def asking(self, seconds: float | None, what: str) -> Iterator[None]:
        """Interrupt the cell at the limit, so that the cells after it can run; end the kernel if that is no use."""
        self.asked = ""
        if seconds is None:
            yield
            return

        def ask() -> None:
            self.asked = _words(what, seconds)
            self._asking = asyncio.ensure_future(self._interrupt())

        timer = asyncio.get_running_loop().call_later(seconds, ask)
        try:
            with self.ending(seconds + GRACE_SECONDS, what):
                yield
        finally:
            timer.cancel()

    async def _interrupt(self) -> None:
        with contextlib.suppress(RuntimeError, OSError):
            await self._kernel.interrupt_kernel()


def _words(what: str, seconds: float) -> str:
    return f"{what} ran longer than its limit of {seconds:g} s"
