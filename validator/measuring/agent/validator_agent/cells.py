"""Which notebook cell is running; knows IPython's events and nothing of what is counted."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


class Cells:
    """Tells the channel the current cell, and calls back at each start and end of one."""

    def __init__(self, channel: Any, started: Callable[[], None], ended: Callable[[], None]) -> None:
        self._channel = channel
        self._started = started
        self._ended = ended

    def install(self) -> None:
        """Register with the running IPython, if there is one; otherwise there are no cells."""
        module = sys.modules.get("IPython")
        shell = module.get_ipython() if module is not None else None
        if shell is None:
            return
        if self._channel.cell is None:
            self._channel.cell = shell.execution_count
        shell.events.register("pre_run_cell", self._before)
        shell.events.register("post_run_cell", self._after)
        self._shell = shell

    def _before(self, info: Any = None) -> None:
        try:
            self._channel.cell = getattr(info, "cell_id", None) or self._shell.execution_count
            self._started()
        except Exception:
            return

    def _after(self, outcome: Any = None) -> None:
        try:
            self._ended()
        except Exception:
            return
