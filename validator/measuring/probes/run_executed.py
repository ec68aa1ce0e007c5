"""What executing one notebook may use, and what it came to. Plain data; loads no library of notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from validator.evidence import Cell, Outcome
from validator.measuring import sandbox


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What executing the notebook may use."""

    wall_seconds: float
    cell_seconds: float | None
    window_seconds: float
    output_bytes: int
    box: sandbox.Limits


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
    detached: int | None


def error_words(errors: Sequence[Cell], *, first: str) -> str:
    """One sentence on the cells that raised; `first` names the first of them."""
    error = errors[0].error
    more = f"; {len(errors) - 1} more cells raised" if len(errors) > 1 else ""
    missing = error.startswith(("ModuleNotFoundError", "ImportError"))
    what = f"needs what is not installed here: {error}" if missing else f"raised {error}"
    return f"{first} {what}{more}"
