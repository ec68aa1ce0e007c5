"""One stage of one submission: started in a process, noted as an attempt, kept when it found something.

Infrastructure gets a second try; what a student's code did is a result and gets none. A full disk is neither.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from validator.evidence import Fault, Run
from validator.measuring.probes.task import Task
from validator.measuring.sandbox.owner import this_process
from validator.running.attempts import FINISHED, INTERRUPTED, Attempt
from validator.running.batch import now
from validator.running.engines.ended import Ended
from validator.running.engines.slots import Place
from validator.running.environments.choosing import Choice
from validator.running.files import cleared, real_folder, write_atomically
from validator.running.result import StageResult, read_result
from validator.running.space import NO_SPACE, DiskFull
from validator.running.stages import Stage, told_files
from validator.running.store import SCHEMA, Kept, Store
from validator.running.surroundings import Surroundings

INFRASTRUCTURE_TRIES = 2
KILLED_FROM_OUTSIDE = tuple(-number for number in (1, 2, 3, 9, 15))
"""Exit codes of a process that somebody ended: a crash of the harness's own (SIGSEGV, SIGABRT) is none of them."""

Tell = Callable[[str], None]
Begun = Callable[[], None]


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What came of a stage: its result, or the fault of the harness because of which there is none."""

    kept: Kept | None = None
    fault: Fault | None = None


@dataclass(frozen=True, kw_only=True)
class _Try:
    """One attempt that was not interrupted."""

    result: StageResult | None
    ended: Ended
    how: str


class Trying:
    """Measures single stages of one submission."""

    def __init__(self, task: Task, surroundings: Surroundings, store: Store, tell: Tell) -> None:
        self.task = task
        self.around = surroundings
        self.store = store
        self.tell = tell
        self.environment: Choice | None = surroundings.environment

    def measured(self, stage: Stage, *, argument: str, why: str, begun: Begun) -> Tried:
        """Run the stage's process and keep what it found; `begun` is called when it has found its place.

        Raises Interrupted, and DiskFull before or after the process ran.
        """
        for last in (False, True):
            one = self._try(stage, argument, why, begun)
            if one.result is not None:
                kept = self._kept(stage, one.result, one)
                self.store.keep(kept)
                cleared(self._result_path(stage))
                return Tried(kept=kept)
            if last or one.ended.timed_out:
                break
            self.tell(f"{stage.name}: {one.how}, trying once more")
            why = f"trying once more: {one.how}"
        if one.ended.code in KILLED_FROM_OUTSIDE and not one.ended.timed_out and stage.name.startswith("run-"):
            return Tried(kept=self._killed(stage, argument, one))
        self.tell(f"{stage.name}: harness error, {one.how}")
        return Tried(fault=Fault(stage=stage.name, what=f"the {stage.name} stage {one.how}", trace=one.ended.log))

    def _try(self, stage: Stage, argument: str, why: str, begun: Begun) -> _Try:
        attempts: list[tuple[Attempt, float]] = []

        def started(place: Place) -> None:
            """The disk is asked now: the place may have been waited for for hours."""
            if self.around.floor:
                self.around.floor.check()
            begun()
            attempt = self.store.attempts.begin(stage=stage.name, why=why, owner=this_process(), started_at=now())
            attempts.append((attempt, time.monotonic()))

        how = INTERRUPTED
        try:
            ended = self._process(stage, argument, started)
            real_folder(self.store.folder)  # student code ran beside it
            result = read_result(self._result_path(stage))
            if self._is_spoilt(ended, result):
                how = "stopped: the disk is full"
                raise DiskFull(self.around.floor.message() if self.around.floor else "the disk is full")
            how = FINISHED if result else f"failed (code {ended.code}{', timed out' if ended.timed_out else ''})"
        finally:
            for attempt, clock in attempts:  # none, when no place was found before the cohort was stopped
                seconds = round(time.monotonic() - clock, 3)
                self.store.attempts.end(attempt, ended=how, ended_at=now(), seconds=seconds)
        return _Try(result=result, ended=ended, how=how)

    def _is_spoilt(self, ended: Ended, result: StageResult | None) -> bool:
        """A full disk made the stage fail, or may have made a notebook fail that had room to finish."""
        if result is None and ended.code == NO_SPACE:
            return True
        unfinished = result is None or any(run.outcome != "finished" for run in result.runs)
        return unfinished and self.around.floor is not None and self.around.floor.is_low()

    def _process(self, stage: Stage, argument: str, begun: Callable[[Place], None]) -> Ended:
        real_folder(self.store.folder)
        task_path, result_path = self.store.folder / "task.json", cleared(self._result_path(stage))
        write_atomically(task_path, self.task.dumps().encode(), durable=False)
        return self.around.engine.run(
            arguments=[argument, str(task_path), str(result_path)],
            wall_seconds=stage.wall_seconds,
            log_path=self.store.folder / f"{stage.name}.log",
            device=self.task.plan.device,
            begun=begun,
        )

    def _result_path(self, stage: Stage) -> Path:
        return self.store.folder / f"{stage.name}.result.json"

    def _killed(self, stage: Stage, argument: str, one: _Try) -> Kept:
        """What executes a notebook was killed at every try, and student code could have done it: an outcome.

        It costs nothing, a person looks at it, and it is measured again the next time: it is not stored.
        """
        from validator.measuring.probes import run_meter

        role, paths = told_files(argument, self.task.plan)
        detail = f"the process that executes it was killed by signal {-one.ended.code}, {INFRASTRUCTURE_TRIES} times"
        self.tell(f"{stage.name}: {detail}")
        readings = run_meter.missing_readings(role=role, why=detail)
        of = role if role in self.task.plan.each_roles else ""
        run = Run(path=paths[0], role=role, outcome="killed", detail=detail, readings=readings, of=of)
        return self._kept(stage, StageResult(runs=(run,)), one)

    def _kept(self, stage: Stage, result: StageResult, one: _Try) -> Kept:
        return Kept(
            schema=SCHEMA,
            stage=stage.name,
            key=stage.key,
            parts=dict(stage.parts),
            result=result,
            made_at=one.ended.started_at or now(),
            host=socket.gethostname(),
            seconds=round(one.ended.seconds, 3),
            versions=self.around.versions,
            environment=self.environment.facts if self.environment and stage.name.startswith("run-") else {},
            gpu=one.ended.gpu,
        )
