"""Measures one submission stage by stage, keeps each stage, and puts the evidence together.

A stage whose process dies is a fault of the harness, recorded as such; the stages that need it are skipped.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from validator import evidence
from validator.evidence import Evidence, Fault, Layout
from validator.measuring.probes.task import Task
from validator.running import comparing, self_tests
from validator.running import stages as order
from validator.running.batch import Steps
from validator.running.engines.ended import Interrupted
from validator.running.environments import submitted
from validator.running.files import real_folder, write_atomically
from validator.running.handed import handed_digest
from validator.running.result import StageResult
from validator.running.stages import Stage
from validator.running.store import Kept, Store
from validator.running.surroundings import Surroundings
from validator.running.together import seen_before, together
from validator.running.trying import Trying
from validator.running.unpacking import is_whole, kept_unpacking

__all__ = ["Measuring", "Surroundings"]

Tell = Callable[[str], None]


class Measuring:
    """One submission under way: what was found so far, what failed, what was skipped."""

    def __init__(self, task: Task, surroundings: Surroundings, tell: Tell) -> None:
        self.task = task
        self.around = surroundings
        self.tell = tell
        self.store = Store(Path(task.home))
        self.trying = Trying(task, surroundings, self.store, tell)
        self.steps = Steps(self.store.folder, batch=surroundings.batch)
        self.kept: dict[str, Kept] = {}
        self.faults: list[Fault] = []
        self.skipped: dict[str, str] = {}
        self.seen_before = False

    def evidence(self) -> Evidence:
        """Measure everything that is not kept already, and write `evidence.json`.

        Raises Interrupted and DiskFull: what is finished by then is kept.
        """
        real_folder(Path(self.task.home))
        self.seen_before = seen_before(Path(self.task.home), self.task.submission)
        layout = self._static()
        if layout is not None and layout.refused is None:
            self._execute(layout)
            self._compare(layout)
        self.steps.skip(self.skipped)
        found = together(
            self.task.submission,
            layout=layout or Layout(),
            kept=tuple(self.kept.values()),
            faults=self.faults,
            skipped=self.skipped,
            versions=self.around.versions,
        )
        text = evidence.dumps(found)
        real_folder(Path(self.task.home))  # student code ran beside it
        write_atomically(Path(self.task.home) / "evidence.json", text.encode())
        self.steps.complete()
        return evidence.loads(text)

    def _static(self) -> Layout | None:
        """Unpack and read, each only when it is needed; both in one process when both are."""
        unpack, static = order.unpack_stage(self.task), order.static_stage(self.task)
        listed = self.store.find(stage=static.name, key=static.key)
        unpacked = kept_unpacking(self.task)
        gone = unpacked is None or (listed is not None and not is_whole(self.task, listed.result.layout or Layout()))
        if gone or self.around.force:
            why = self._why(unpack, gone=gone)
            self.store.forget(stage=unpack.name, key=unpack.key)  # else the process takes it for done
            if listed is not None and not self.around.force:
                self._measured(unpack, argument=unpack.name, why=why)
            else:
                self._both(unpack, static, why=why)
        else:
            self._reused(unpack)
        if unpack.name in self.kept and static.name not in self.kept:
            self._stage(static, argument=static.name)
        return self.kept[static.name].result.layout if static.name in self.kept else None

    def _both(self, unpack: Stage, static: Stage, *, why: str) -> None:
        """One process for the two; its one result is kept as two, so that either can be measured again alone."""
        self.tell(f"{unpack.name}: {why}")
        found = self._measured(static, argument=static.name, why=self._why(static), along=unpack.name)
        if found is None or found.result.layout is None:
            return
        said = found.result.unpacked or Layout(refused=found.result.layout.refused)
        made = dataclasses.replace(
            found, stage=unpack.name, key=unpack.key, parts=dict(unpack.parts), result=StageResult(unpacked=said)
        )
        self.store.keep(made)
        self.kept = {unpack.name: made, **self.kept}
        self.steps.mark(unpack.name, "finished", detail="in one process with static")

    def _execute(self, layout: Layout) -> None:
        reason = self._why_not_executed()
        if self.around.environment and not reason:
            chosen, self.task = submitted.chosen_for(self.around.environment, self.task, layout, tell=self.tell)
            self.task = dataclasses.replace(self.task, self_test=self_tests.told(chosen))
            self.trying.environment, self.trying.task = chosen, self.task
        sources = self.kept[order.STATIC].result.sources
        runs = order.run_stages(self.task, layout, data_key=self.around.data_key, sources=sources)
        for stage in runs:
            if not reason:
                self._stage(stage, argument=order.argument(stage))
            elif not self._kept_earlier(stage.name):
                self.skipped[stage.name] = reason
        self._skip_absent(layout)
        self.skipped |= {"run-others": why} if (why := order.left_out(self.task.plan, layout, sources)) else {}
        for name, scored in order.runs_scored(self.task.plan, runs).items():
            self._score(name, scored, reason=reason)
        if self.task.plan.classifier_names and order.SCORE_CLASSIFIER not in self.kept:
            why = self.skipped.get(order.SCORE_CLASSIFIER, evidence.HARNESS_FAILED)
            self.skipped |= dict.fromkeys(order.score_names(self.task.plan), why)

    def _compare(self, layout: Layout) -> None:
        stage, why = comparing.stage_or_why(self.task, layout, self.kept)
        if stage is not None:
            self._stage(stage, argument=comparing.argument(stage))
        elif why:
            self.skipped[order.COMPARE] = why

    def _score(self, name: str, runs: tuple[Stage, ...], *, reason: str) -> None:
        if not any(run.name in self.kept for run in runs):
            self.skipped[name] = reason or evidence.HARNESS_FAILED
        elif reason:
            if not self._kept_earlier(name):
                self.skipped[name] = reason
        elif self.task.plan.execute == "smoke":
            self.skipped[name] = "not computed: a smoke run ends every training loop early"
        elif self._has_what_is_scored(name, runs):
            held = tuple(run for run in runs if run.name in self.kept)
            self._stage(self._score_stage(name, runs), argument=order.score_argument(self.task.plan, name, held))
        else:
            self.skipped[name] = evidence.HARNESS_FAILED

    def _has_what_is_scored(self, name: str, runs: tuple[Stage, ...]) -> bool:
        """What is to be scored must be what these runs handed out: another plan's run may have replaced it since."""
        stage = self._score_stage(name, runs)
        if self.store.find(stage=name, key=stage.key) is not None and not self.around.force:
            return True
        return all(self._has_handed_out(run) for run in runs if run.name in self.kept)

    def _has_handed_out(self, run: Stage) -> bool:
        role, handed = run.name.removeprefix("run-"), self.kept[run.name].result.handed
        if not handed or handed == handed_digest(self.task, role):
            return True
        del self.kept[run.name]
        why = "measuring again: what it had handed out is gone"
        return self._measured(run, argument=order.argument(run), why=why) is not None

    def _score_stage(self, name: str, runs: tuple[Stage, ...]) -> Stage:
        around = self.around
        handed = {run.name: self.kept[run.name].result.handed for run in runs if run.name in self.kept}
        first = handed.pop(runs[0].name, "")
        keys = {"data_key": around.data_key, "weights_key": around.weights_key}
        return order.score_stage(self.task, name, handed=first, further=handed, **keys)

    def _skip_absent(self, layout: Layout) -> None:
        """A role that no file fills has no run: say so, so that its readings are missing for that reason."""
        absent = [role for role in order.notebook_roles(self.task.plan) if not layout.roles.get(role)]
        for role in absent:
            self.skipped[f"run-{role}"] = "the submission holds no file for it"
        for name, role in order.score_roles(self.task.plan).items():
            if role in absent:
                self.skipped[name] = "the submission holds no notebook for it"

    def _kept_earlier(self, name: str) -> bool:
        """Take what an earlier execution of the same bytes found: not executing now must not lose it."""
        kept = self.store.read(name) if self.seen_before else None
        if kept is not None:
            self.tell(f"{name}: kept from {kept.made_at}, nothing is executed now")
            self._take(kept)
        return kept is not None

    def _why_not_executed(self) -> str:
        if self.task.plan.execute == "static":
            return "not executed (--static)"
        return self.around.heavy_missing

    def _stage(self, stage: Stage, *, argument: str) -> Kept | None:
        if not self.around.force and self._reused(stage):
            return self.kept[stage.name]
        return self._measured(stage, argument=argument, why=self._why(stage))

    def _reused(self, stage: Stage) -> bool:
        kept = self.store.find(stage=stage.name, key=stage.key)
        if kept is not None:
            self._take(kept)
        return kept is not None

    def _take(self, kept: Kept) -> None:
        self.kept[kept.stage] = kept
        self.steps.mark(kept.stage, "kept", detail=f"measured {kept.made_at}")

    def _why(self, stage: Stage, *, gone: bool = False) -> str:
        """Why a stage is measured now: for the first time, because it was asked for, or because of what changed."""
        if self.store.read(stage.name) is None:
            return "measuring"
        if self.around.force:
            return "measuring again (--force)"
        if gone and self.store.find(stage=stage.name, key=stage.key) is not None:
            return "measuring again: its files are gone"
        return f"measuring again: {self.store.why_again(stage=stage.name, parts=stage.parts)}"

    def _measured(self, stage: Stage, *, argument: str, why: str, along: str = "") -> Kept | None:
        """Measure a stage once it has found its place; the stage named `along` is measured in the same process."""
        names = [name for name in (along, stage.name) if name]
        under_way: list[str] = []

        def begun() -> None:
            under_way[:] = names
            for name in names:
                self.steps.mark(name, "running", detail=why)

        self.tell(f"{stage.name}: {why}")
        try:
            tried = self.trying.measured(stage, argument=argument, why=why, begun=begun)
        except Interrupted:
            for name in under_way:
                self.steps.mark(name, "interrupted")
            raise
        if tried.fault is not None:
            self.faults.append(tried.fault)
            self.steps.mark(stage.name, "harness error", detail=tried.fault.what)
        if tried.kept is not None:
            self.kept[stage.name] = tried.kept
            outcomes = [run.outcome for run in tried.kept.result.runs if run.outcome != "finished"]
            self.steps.mark(
                stage.name,
                "failed" if outcomes else "finished",
                detail=", ".join(outcomes),
                seconds=tried.kept.seconds,
            )
        return tried.kept
