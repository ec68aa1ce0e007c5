"""What executing one notebook may use, and what it came to. Plain data; loads no library of notebooks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from validator.evidence import Cell, CellStatus, Outcome
from validator.measuring import sandbox

NO_GPU = (
    r"Found no NVIDIA driver|CUDA driver version is insufficient|Torch not compiled with CUDA enabled"
    r"|No CUDA GPUs are available|no CUDA-capable device|CUDA device but torch\.cuda\.is_available\(\) is False"
    r"|(?:Unknown backend:?|Backend) '?(?:gpu|cuda)'?|platforms that are instances of (?:gpu|cuda)"
)
"""What the libraries say on a machine without a GPU. The agent's `notices` has the same words; it stands alone."""


STATUS: dict[str, CellStatus] = {"ok": "ok", "error": "error", "aborted": "not-run"}
SMOKE_ENDING = "EnoughSeen"
"""Name of what the agent raises when a smoke run has seen enough of a cell."""
ERROR_CHARACTERS = 500


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What executing the notebook may use."""

    wall_seconds: float
    cell_seconds: float | None
    window_seconds: float
    output_bytes: int


@dataclass(frozen=True, kw_only=True)
class Window:
    """One cell of the harness, run after the student's and kept out of the executed notebook."""

    name: str
    code: str


@dataclass(frozen=True, kw_only=True)
class Executed:
    """How the execution ended, cell by cell."""

    outcome: Outcome
    detail: str
    cells: tuple[Cell, ...]
    windows: tuple[tuple[str, str], ...]
    """Name of each window and what went wrong in it; empty text when nothing did."""
    wall_seconds: float
    output_limited: bool
    output_lost: tuple[int, ...]
    """Cells whose last outputs did not arrive."""
    answered_twice: tuple[int, ...]
    """Cells for which more than one reply came: something in the kernel forges them."""
    told: sandbox.Told
    """What the supervisor told of the kernel and all it started."""


def status_of(content: dict[str, Any]) -> tuple[CellStatus, str]:
    """What a reply says of its cell: status, and the error in words."""
    status = STATUS.get(str(content.get("status")), "error")
    if status == "error" and content.get("ename") == SMOKE_ENDING:
        return "smoke", ""
    return status, f"{content.get('ename')}: {content.get('evalue')}"[:ERROR_CHARACTERS] if status == "error" else ""


def worse(cell: Cell, content: dict[str, Any]) -> Cell:
    """The cell as another reply tells it, where that one says that it failed and the first did not."""
    status, error = status_of(content)
    return replace(cell, status=status, error=error) if (cell.status, status) == ("ok", "error") else cell


def error_words(errors: Sequence[Cell], *, first: str) -> str:
    """One sentence on the cells that raised; `first` names the first of them."""
    error = errors[0].error
    more = f"; {len(errors) - 1} more cells raised" if len(errors) > 1 else ""
    if re.search(NO_GPU, error):
        return f"{first} needs a GPU, and this machine has none: {error}{more}"
    missing = error.startswith(("ModuleNotFoundError", "ImportError"))
    what = f"needs what is not installed here: {error}" if missing else f"raised {error}"
    return f"{first} {what}{more}"
