"""Ends a cell of a smoke run that takes long without training: it may load data or evaluate for an hour.

Knows the clock and cells; nothing of steps. A loop in C that never returns to Python is not ended.
"""

from __future__ import annotations

import signal
import threading
from typing import Any

from . import shell as shells
from .smoke import EnoughSeen

SECONDS = 20.0
AGAIN_SECONDS = 2.0
"""A cell may catch the first one."""


def install(config: dict[str, Any], channel: Any) -> None:
    """Only under `smoke_steps`, and only where there are cells and an alarm."""
    if config.get("smoke_steps") is None or not hasattr(signal, "setitimer"):
        return
    seconds = float(config.get("smoke_seconds") or SECONDS)
    shells.when_made(lambda shell: _watch(shell, seconds, channel))


def _watch(shell: Any, seconds: float, channel: Any) -> None:
    said: list[bool] = []

    def started(info: Any = None) -> None:
        said.clear()
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGALRM, ring)
            signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_SECONDS)

    def ended(outcome: Any = None) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    def ring(number: int, frame: Any) -> None:
        if not _in_a_cell(frame):
            return
        if not said:
            said.append(True)
            channel.emit("notice", flag="smoke", what=f"the smoke run ended this cell after {seconds:g} s")
        raise EnoughSeen(f"the smoke run ended this cell after {seconds:g} s")

    shell.events.register("pre_run_cell", started)
    shell.events.register("post_run_cell", ended)


def _in_a_cell(frame: Any) -> bool:
    """Whether the student's code was running, and not IPython around it."""
    while frame is not None:
        if frame.f_code.co_name == "run_code":
            return True
        frame = frame.f_back
    return False
