"""The engine as one submission sees it: it adds how long everything may take, and tells the cohort what runs where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from validator.running.engines.ended import Ended
from validator.running.engines.local import LocalEngine
from validator.running.engines.slots import Place
from validator.running.expected import expected_seconds


@dataclass(frozen=True, kw_only=True)
class Step:
    """A stage of a submission has found its place, or has ended."""

    submission: str
    stage: str
    change: Literal["begun", "ended"]
    gpu: str = ""


Watch = Callable[[Step], None]
"""Called from any thread."""


class EngineForOne:
    """Stages of one submission on an engine shared by all."""

    def __init__(self, engine: LocalEngine, *, submission: str, home: Path, watch: Watch) -> None:
        self._engine = engine
        self._submission = submission
        self._home = home
        self._watch = watch

    def run(
        self,
        *,
        arguments: list[str],
        wall_seconds: float,
        log_path: Path,
        device: str,
        begun: Callable[[Place], None] | None = None,
    ) -> Ended:
        """One stage; see LocalEngine."""
        stage = arguments[0].partition("=")[0]

        def found(place: Place) -> None:
            if begun is not None:
                begun(place)
            self._watch(Step(submission=self._submission, stage=stage, change="begun", gpu=str(place.gpu or "")))

        try:
            return self._engine.run(
                arguments=arguments,
                wall_seconds=wall_seconds,
                log_path=log_path,
                device=device,
                expected_seconds=expected_seconds(self._home),
                owner=self._submission,
                begun=found,
            )
        finally:
            self._watch(Step(submission=self._submission, stage=stage, change="ended"))

    def done(self) -> None:
        """The submission is complete, or has failed: its place is free."""
        self._engine.done(self._submission)
