"""IPython as it starts and runs cells: which cell is running, and what went wrong in it that a machine can explain.

Knows IPython's events; nothing of what is counted.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from . import imports
from .commands import CELL

_waiting: list[Callable[[Any], None]] = []


def install(channel: Any) -> None:
    """Act when the shell is made; without IPython there is none, and nothing happens."""
    imports.after_import("IPython.core.interactiveshell", lambda module: _watch(module.InteractiveShell, channel))


def when_made(call: Callable[[Any], None]) -> None:
    """Call with the shell once it is complete."""
    _waiting.append(call)


def after_error(shell: Any, call: Callable[[BaseException], None]) -> None:
    """Call with whatever ended a cell early."""

    def look(outcome: Any = None) -> None:
        error = getattr(outcome, "error_in_exec", None) or getattr(outcome, "error_before_exec", None)
        if error is not None:
            call(error)

    shell.events.register("post_run_cell", look)


def _watch(kind: Any, channel: Any) -> None:
    original = kind.__init__

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        original(self, *args, **kwargs)
        try:
            _follow(self, channel)
        except Exception as error:
            channel.fault("shell", error)
        for call in _waiting:
            try:
                call(self)
            except Exception as error:
                channel.fault("shell", error)

    kind.__init__ = __init__


def _follow(shell: Any, channel: Any) -> None:
    """Records name the cell they come from, and so do those of the processes the cell starts."""

    def before(info: Any = None) -> None:
        channel.cell = getattr(info, "cell_id", None) or shell.execution_count
        os.environ[CELL] = str(channel.cell)

    shell.events.register("pre_run_cell", before)
