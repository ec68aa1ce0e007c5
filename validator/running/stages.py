"""The stages of one submission: their order, what each depends on, how long each may take.

What a stage depends on is kept in parts with names a person understands, so that the reason of measuring again can be
told. Nothing that cannot change a stage's result is a part: no wording of a rubric, no version of the harness.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from validator.evidence import Layout
from validator.measuring.probes.task import Task
from validator.measuring.sandbox import gpus
from validator.plan import Plan
from validator.running.keys import key_of, told
from validator.running.versions import installed

VERSIONS = {"unpack": 1, "static": 5, "run": 4, "score": 3}
"""Raised when a stage measures differently, so that kept results of the older kind are measured again."""

UNPACK, STATIC = "unpack", "static"
SCORE_SECONDS = 4 * 3600.0


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One piece of measuring that runs in a process of its own and is kept under its key."""

    name: str
    parts: Mapping[str, str]
    """What the result depends on: name to content, or to its digest."""
    wall_seconds: float

    @cached_property
    def key(self) -> str:
        """One digest over all parts."""
        return key_of(self.parts)


def unpack_stage(task: Task) -> Stage:
    """From the bytes handed in to files under `submission/`."""
    parts = {
        "stage version": told(VERSIONS["unpack"]),
        "submission": task.submission.sha256,
        "limits of an archive": told(task.plan.archive),
    }
    return Stage(name=UNPACK, parts=parts, wall_seconds=300.0)


def static_stage(task: Task) -> Stage:
    """List the files, read the paper and the sources: nothing is executed."""
    plan = task.plan
    unpack = unpack_stage(task).parts
    parts = {
        **unpack,
        "stage version": told(VERSIONS["static"]),
        "version of unpacking": unpack["stage version"],
        "submission's name": task.submission.id,
        "roles": told(plan.roles),
        "limits of a paper": told(plan.paper),
        "second reader of papers": installed("pypdfium2"),
    }
    # A submission may hold many PDFs and notebooks, each read under its own limit.
    return Stage(name=STATIC, parts=parts, wall_seconds=300 + 4 * plan.paper.wall_seconds)


def run_stages(task: Task, layout: Layout, *, data_key: str) -> tuple[Stage, ...]:
    """One execution for each notebook role that a file fills."""
    roles = [role for role in notebook_roles(task.plan) if layout.roles.get(role)]
    return tuple(_run_stage(task, layout, role, data_key) for role in roles)


def score_stage(task: Task, name: str, *, handed: str, data_key: str, weights_key: str) -> Stage:
    """The recomputed numbers about what one run handed out, outside the student's process.

    It depends on the very files that were handed out, whichever run made them.
    """
    plan = task.plan
    parts = {
        "stage version": told(VERSIONS["score"]),
        "what the run handed out": handed,
        "data sets": data_key,
        "role": score_roles(plan)[name],
    }
    if name == "score-classifier":
        parts["data set"] = plan.classifier_data
    else:
        needs = {"weights": weights_key, "samples": told(plan.samples), "neighbours": told(plan.neighbours)}
        fid = {"fewest images of a FID": told(plan.fid_fewest), "protocols of the FID": told(plan.fid_protocols)}
        parts |= {"data set": plan.generator_data, "seed": told(plan.seed), "device": plan.device, **needs, **fid}
    return Stage(name=name, parts=parts, wall_seconds=SCORE_SECONDS)


def notebook_roles(plan: Plan) -> tuple[str, ...]:
    """Roles that are executed, in the plan's order."""
    return tuple(role.name for role in plan.roles if role.kind == "notebook")


def score_roles(plan: Plan) -> dict[str, str]:
    """Scoring stage to the role whose run it reads."""
    return {"score-classifier": plan.classifier_role, "score-samples": plan.generator_role}


def planned(plan: Plan) -> tuple[str, ...]:
    """The stages that a submission goes through when it fills every role."""
    roles = notebook_roles(plan)
    runs = [] if plan.execute == "static" else [f"run-{role}" for role in roles]
    scores = [name for name, role in score_roles(plan).items() if role in roles and plan.execute == "full"]
    return (UNPACK, STATIC, *runs, *scores)


def _run_stage(task: Task, layout: Layout, role: str, data_key: str) -> Stage:
    plan = task.plan
    parts = {
        "stage version": told(VERSIONS["run"]),
        "files of the submission": key_of({entry.path: entry.sha256 for entry in layout.files}),
        "notebook": layout.roles[role][0],
        "execution": plan.execute,
        "limits of a run": told(plan.run),
        "device": plan.device,
        "accelerator": _accelerator(plan.device),
        "sandbox tier": task.tier,
        "environment": task.environment,
        "data sets": data_key,
    }
    miscounted = {name: said[1:] for name, said in task.self_test.items() if said[1:]}
    if miscounted:  # nothing was counted then: it is measured again once the meter counts right
        parts["what the meter miscounted"] = told(miscounted)
    if plan.execute == "smoke":
        parts["steps of a smoke run"] = told(plan.smoke_steps)
    if role == plan.classifier_role:
        parts["handed out"] = f"predictions on {plan.classifier_data}"
    if role == plan.generator_role:
        parts |= {"handed out": f"{plan.samples} samples of {plan.generator_data}", "seed": told(plan.seed)}
    wall_seconds = plan.run.wall_seconds + 3 * plan.run.window_seconds + 300
    return Stage(name=f"run-{role}", parts=parts, wall_seconds=wall_seconds)


def _accelerator(device: str) -> str:
    """Which models of GPU are here: what a notebook can do in its time depends on them; empty on the CPU."""
    return "" if device == "cpu" else ", ".join(sorted({gpu.model for gpu in gpus.installed()}))
