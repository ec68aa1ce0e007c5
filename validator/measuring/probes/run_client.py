"""nbclient with a budget for outputs, and notebooks built and stored. Knows nothing of kernels or of time."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete

from validator.measuring.probes import run_outputs

SAVES_APART = 50
"""Between two saves lies at least so many times what the first one took: ten thousand cells are no reason to wait."""


class Client(NotebookClient):
    """nbclient with a budget for outputs, and with its knowledge of whether all of them came."""

    budget: run_outputs.Budget | None = None
    idle_seen = False

    def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
        """Drop what is over budget; everything else is nbclient's."""
        content, kind = msg["content"], msg["msg_type"]
        with contextlib.suppress(TypeError):
            if kind in ("stream", "display_data", "execute_result", "error") and self.budget is not None:
                if kind == "stream" and run_outputs.merged(cell.outputs, content, self.budget):
                    return None
                if not self.budget.take(size_bytes=run_outputs.size_bytes(content)):
                    return None
        try:
            return super().process_message(msg, cell, cell_index)
        except CellExecutionComplete:
            self.idle_seen = True
            raise
        except (LookupError, TypeError, ValueError, AttributeError):
            return None  # a message that no honest kernel sends


def code_cell(text: str) -> Any:
    """One code cell without anything a student set: no tags, no metadata."""
    return nbformat.v4.new_code_cell(text)  # type: ignore[no-untyped-call]


def text_cell(text: str) -> Any:
    """One cell of words."""
    return nbformat.v4.new_markdown_cell(text)  # type: ignore[no-untyped-call]


def notebook_of(cells: Sequence[Any]) -> Any:
    """A notebook of these cells, with the harness's kernel."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=list(cells), metadata={"kernelspec": kernel})  # type: ignore[no-untyped-call]


class Saver:
    """Writes the notebook beside its place and renames: a reader never sees half of one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._next = 0.0

    def now(self, notebook: Any) -> None:
        """Write it; while the student's code runs it can take the folder away, and a later save finds it again."""
        text = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
        with contextlib.suppress(OSError):
            beside = self._path.with_suffix(".part")
            beside.unlink(missing_ok=True)
            with beside.open("x", encoding="utf-8", errors="replace") as file:
                file.write(text)
            beside.replace(self._path)

    def in_passing(self, notebook: Any) -> None:
        """Write it unless that would take more than a small share of the notebook's own time."""
        began = time.monotonic()
        if began >= self._next:
            self.now(notebook)
            self._next = time.monotonic() + SAVES_APART * (time.monotonic() - began)
