"""The stages of one submission: their order, what each depends on, how long each may take."""

from __future__ import annotations

from dataclasses import dataclass

from validator.evidence import Layout
from validator.measuring.probes.task import Task
from validator.running.store import key_of

VERSIONS = {"static": 1, "run": 1, "score": 1}
"""Raised when a stage measures differently, so that kept results of the older kind are measured again."""

STATIC = "static"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One piece of measuring that runs in a process of its own and is kept under its key."""

    name: str
    key: str
    wall_seconds: float


def static_stage(task: Task) -> Stage:
    """Unpack, list, read the paper and the sources: nothing is executed."""
    plan = task.plan
    key = key_of(VERSIONS["static"], task.submission.sha256, task.submission.id, plan.roles, plan.archive, plan.paper)
    # A submission may hold many PDFs and notebooks, each read under its own limit.
    return Stage(name=STATIC, key=key, wall_seconds=300 + 4 * plan.paper.wall_seconds)


def run_stages(task: Task, layout: Layout, *, data_key: str) -> tuple[Stage, ...]:
    """One execution for each notebook role that a file fills."""
    return tuple(_run_stage(task, layout, role, data_key) for role in notebook_roles(task) if layout.roles.get(role))


def score_stages(task: Task, runs: tuple[Stage, ...], *, data_key: str, weights_key: str) -> tuple[Stage, ...]:
    """The recomputed numbers about each executed role, outside the student's process."""
    by_role = {stage.name.removeprefix("run-"): stage for stage in runs}
    return tuple(
        Stage(
            name=name,
            key=key_of(VERSIONS["score"], name, by_role[role].key, data_key, weights_key, task.plan.neighbours),
            wall_seconds=4 * 3600.0,
        )
        for name, role in score_roles(task).items()
        if role in by_role
    )


def notebook_roles(task: Task) -> tuple[str, ...]:
    """Roles that are executed, in the plan's order."""
    return tuple(role.name for role in task.plan.roles if role.kind == "notebook")


def score_roles(task: Task) -> dict[str, str]:
    """Scoring stage to the role whose run it reads."""
    return {"score-classifier": task.plan.classifier_role, "score-samples": task.plan.generator_role}


def _run_stage(task: Task, layout: Layout, role: str, data_key: str) -> Stage:
    plan = task.plan
    digests = {entry.path: entry.sha256 for entry in layout.files}
    needs = (plan.execute, plan.smoke_steps, plan.run, plan.samples, plan.seed, plan.device, plan.classifier_role)
    key = key_of(VERSIONS["run"], task.submission.sha256, role, layout.roles[role][0], digests, needs, data_key)
    wall_seconds = plan.run.wall_seconds + 2 * plan.run.window_seconds + 300
    return Stage(name=f"run-{role}", key=key, wall_seconds=wall_seconds)
