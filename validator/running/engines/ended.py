"""What an engine promises to whoever measures a submission: one stage a call, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from validator.running.engines.slots import Place


class Interrupted(Exception):
    """The person at the keyboard stopped the cohort; nothing is lost."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a stage's process ended: exit code (negative: a signal), and the end of what it wrote to stderr."""

    code: int
    timed_out: bool
    log: str
    gpu: str = ""
    """The GPU that its slot stood for, index and name; empty when the engine assigned none."""
    started_at: str = ""
    """ISO 8601, UTC: when it found its place, which may be hours after it was asked for."""
    seconds: float = 0.0
    """From then to its end, by a clock that nobody sets."""


class Engine(Protocol):
    """Runs one stage a call, from any thread."""

    def run(
        self,
        *,
        arguments: list[str],
        wall_seconds: float,
        log_path: Path,
        device: str,
        begun: Callable[[Place], None] | None = None,
    ) -> Ended:
        """Run the stage program with these arguments; `begun` is called when it has found its place.

        Raises Interrupted when the cohort was stopped, and what `begun` raises.
        """
