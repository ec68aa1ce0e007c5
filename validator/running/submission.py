"""Measures one submission stage by stage, keeps each stage, and puts the evidence together.

A stage whose process dies is a fault of the harness, recorded as such; the stages that need it are skipped.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from validator import __version__, evidence
from validator.evidence import Evidence, Fault, Harness, Layout, Run
from validator.measuring.probes.task import Task
from validator.running import stages as order
from validator.running.engines.local import Ended, LocalEngine
from validator.running.files import cleared, real_folder, write_atomically
from validator.running.result import StageResult, read_result
from validator.running.stages import Stage
from validator.running.store import SCHEMA, Kept, Store

INFRASTRUCTURE_TRIES = 2
KILLED_FROM_OUTSIDE = tuple(-number for number in (1, 2, 3, 9, 15))
"""Exit codes of a process that somebody ended: a crash of the harness's own (SIGSEGV, SIGABRT) is none of them."""

Tell = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What is the same for every submission of a cohort."""

    engine: LocalEngine
    versions: dict[str, str]
    data_key: str
    weights_key: str
    force: bool
    heavy_missing: str
    """Why nothing that needs `validator[run]` can be measured here; empty when it can."""


class Measuring:
    """One submission under way: what was found so far, what failed, what was skipped."""

    def __init__(self, task: Task, surroundings: Surroundings, tell: Tell) -> None:
        self.task = task
        self.around = surroundings
        self.tell = tell
        self.store = Store(Path(task.home))
        self.kept: list[Kept] = []
        self.faults: list[Fault] = []
        self.skipped: dict[str, str] = {}
        self.seen_before = False

    def evidence(self) -> Evidence:
        """Measure everything that is not kept already, and write `evidence.json`."""
        real_folder(Path(self.task.home))
        self.seen_before = self._is_seen_before()
        layout = self._static()
        if layout is not None and layout.refused is None:
            self._execute(layout)
        found = self._together(layout or Layout())
        text = evidence.dumps(found)
        real_folder(Path(self.task.home))  # student code ran beside it
        write_atomically(Path(self.task.home) / "evidence.json", text.encode())
        return evidence.loads(text)

    def _static(self) -> Layout | None:
        # The unpacked files are needed by every later stage: without them a kept listing is not enough.
        stage = order.static_stage(self.task)
        kept = self.store.find(stage=stage.name, key=stage.key)
        whole = kept is not None and (self.task.unpacked.is_dir() or _refused(kept.result))
        result = self._stage(stage, argument=stage.name, may_reuse=whole)
        return result.layout if result else None

    def _execute(self, layout: Layout) -> None:
        reason = self._why_not_executed()
        runs = order.run_stages(self.task, layout, data_key=self.around.data_key)
        scores = order.score_stages(self.task, runs, data_key=self.around.data_key, weights_key=self.around.weights_key)
        done: set[str] = set()
        for stage in runs:
            role = stage.name.removeprefix("run-")
            if reason and not self._kept_earlier(stage):
                self.skipped[stage.name] = reason
            elif reason or self._stage(stage, argument=f"{stage.name}={layout.roles[role][0]}"):
                done.add(role)
        self._skip_absent(layout)
        for stage in scores:
            role = order.score_roles(self.task)[stage.name]
            if role not in done:
                self.skipped[stage.name] = reason or evidence.HARNESS_FAILED
            elif reason:
                if not self._kept_earlier(stage):
                    self.skipped[stage.name] = reason
            elif self.task.plan.execute == "smoke":
                self.skipped[stage.name] = "not computed: a smoke run ends every training loop early"
            else:
                self._stage(stage, argument=stage.name)

    def _skip_absent(self, layout: Layout) -> None:
        """A role that no file fills has no run: say so, so that its readings are missing for that reason."""
        absent = [role for role in order.notebook_roles(self.task) if not layout.roles.get(role)]
        for role in absent:
            self.skipped[f"run-{role}"] = "the submission holds no file for it"
        for name, role in order.score_roles(self.task).items():
            if role in absent:
                self.skipped[name] = "the submission holds no notebook for it"

    def _is_seen_before(self) -> bool:
        """Whether the evidence that lies there is about the same bytes."""
        try:
            before = evidence.load(Path(self.task.home) / "evidence.json")
        except evidence.EvidenceError:
            return False
        return before.submission.sha256 == self.task.submission.sha256

    def _kept_earlier(self, stage: Stage) -> bool:
        """Take what an earlier execution of the same bytes found: not executing now must not lose it."""
        kept = self.store.read(stage.name) if self.seen_before else None
        if kept is not None:
            self.tell(f"{stage.name}: kept from {kept.made_at}, nothing is executed now")
            self.kept.append(kept)
        return kept is not None

    def _why_not_executed(self) -> str:
        if self.task.plan.execute == "static":
            return "not executed (--static)"
        return self.around.heavy_missing

    def _stage(self, stage: Stage, *, argument: str, may_reuse: bool = True) -> StageResult | None:
        kept = self.store.find(stage=stage.name, key=stage.key)
        if kept is None or self.around.force or not may_reuse:
            self.tell(f"{stage.name}: {self._why_measured(stage, kept)}")
            kept = self._measured(stage, argument)
        if kept is None:
            return None
        self.kept.append(kept)
        return kept.result

    def _why_measured(self, stage: Stage, kept: Kept | None) -> str:
        if kept is not None:
            return "measuring again (--force)" if self.around.force else "measuring again (its files are gone)"
        if self.store.read(stage.name) is not None:
            return "measuring again (submission, plan, data or harness changed)"
        return "measuring"

    def _measured(self, stage: Stage, argument: str) -> Kept | None:
        """Run the stage's process; infrastructure gets a second try, then it is a fault."""
        for attempt in range(1, INFRASTRUCTURE_TRIES + 1):
            started, clock = _now(), time.monotonic()
            real_folder(self.store.folder)
            result_path = cleared(self.store.folder / f"{stage.name}.result.json")
            ended = self._process(stage, argument, result_path)
            real_folder(self.store.folder)
            result = read_result(result_path)
            how = "finished" if result else f"failed (code {ended.code}{', timed out' if ended.timed_out else ''})"
            self.store.note_attempt(stage=stage.name, started_at=started, ended=how)
            if result is not None:
                kept = self._kept(stage, result, started, time.monotonic() - clock)
                self.store.keep(kept)
                result_path.unlink(missing_ok=True)
                return kept
            if ended.timed_out or attempt == INFRASTRUCTURE_TRIES:
                break
            self.tell(f"{stage.name}: {how}, trying once more")
        if ended.code in KILLED_FROM_OUTSIDE and not ended.timed_out and stage.name.startswith("run-"):
            return self._killed(stage, argument, started, ended)
        self.faults.append(Fault(stage=stage.name, what=f"the {stage.name} stage {how}", trace=ended.log))
        self.tell(f"{stage.name}: harness error, {how}")
        return None

    def _killed(self, stage: Stage, argument: str, started: str, ended: Ended) -> Kept:
        """What executes a notebook was killed at every try, and student code could have done it: an outcome.

        It costs nothing, a person looks at it, and it is measured again the next time.
        """
        from validator.measuring.probes import run_meter

        role, path = argument.removeprefix("run-").split("=", 1)
        detail = f"the process that executes it was killed by signal {-ended.code}, {INFRASTRUCTURE_TRIES} times"
        self.tell(f"{stage.name}: {detail}")
        readings = run_meter.missing_readings(role=role, why=detail)
        run = Run(path=path, role=role, outcome="killed", detail=detail, readings=readings)
        return self._kept(stage, StageResult(runs=(run,)), started, 0.0)

    def _process(self, stage: Stage, argument: str, result_path: Path) -> Ended:
        task_path = self.store.folder / "task.json"
        write_atomically(task_path, self.task.dumps().encode())
        return self.around.engine.run(
            arguments=[argument, str(task_path), str(result_path)],
            wall_seconds=stage.wall_seconds,
            log_path=self.store.folder / f"{stage.name}.log",
            device=self.task.plan.device,
        )

    def _kept(self, stage: Stage, result: StageResult, started: str, seconds: float) -> Kept:
        return Kept(
            schema=SCHEMA,
            stage=stage.name,
            key=stage.key,
            result=result,
            made_at=started,
            host=socket.gethostname(),
            seconds=round(seconds, 3),
            versions=self.around.versions,
        )

    def _together(self, layout: Layout) -> Evidence:
        results = [kept.result for kept in self.kept]
        return Evidence(
            schema=evidence.SCHEMA,
            harness=self._harness(),
            submission=self.task.submission,
            layout=layout,
            papers=tuple(paper for result in results for paper in result.papers),
            sources=tuple(source for result in results for source in result.sources),
            runs=tuple(run for result in results for run in result.runs),
            metrics=tuple(metrics for result in results for metrics in result.metrics),
            faults=tuple(self.faults),
            skipped=self.skipped,
            environment=self._environment(),
        )

    def _harness(self) -> Harness:
        """The harness that unpacked the submission: marking it again later must not change the evidence."""
        versions = self.kept[0].versions if self.kept else self.around.versions
        return Harness(version=versions.get("validator", __version__), commit=versions.get("commit", ""))

    def _environment(self) -> dict[str, str]:
        """Who measured what, when, where and for how long, stage by stage."""
        lines = {f"stage.{kept.stage}": f"{kept.made_at} on {kept.host}, {kept.seconds} s" for kept in self.kept}
        versions = {name: version for kept in self.kept for name, version in kept.versions.items()}
        return {**{f"version.{name}": version for name, version in versions.items()}, **lines}


def _refused(result: StageResult) -> bool:
    return result.layout is not None and result.layout.refused is not None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
