"""The stages of one submission: their order, what each depends on, how long each may take.

What a stage depends on is kept in parts with names a person understands, so that the reason of measuring again can be
told. Nothing that cannot change a stage's result is a part: no wording of a rubric, no version of the harness.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from validator.evidence import Layout, Source
from validator.measuring.probes.run_order import order_of
from validator.measuring.probes.task import Task
from validator.measuring.sandbox import gpus
from validator.plan import Plan
from validator.running.keys import key_of, told
from validator.running.versions import installed

OPENED_TWICE = ("split", "exercise")
"""Kinds of documents that are PDFs and may be opened by two readers, each under the limits of a paper."""

VERSIONS = {"unpack": 2, "static": 6, "run": 6, "score": 3, "compare": 2}
"""Raised when a stage measures differently, so that kept results of the older kind are measured again."""

UNPACK, STATIC, SCORE_CLASSIFIER, COMPARE = "unpack", "static", "score-classifier", "compare-figures"
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
        "user ids": plan.user_ids,
        "second reader of papers": installed("pypdfium2"),
    }
    # A submission may hold many PDFs and notebooks, each read under its own limit.
    opened = 4 + 2 * sum(role.kind in OPENED_TWICE for role in plan.roles)
    return Stage(name=STATIC, parts=parts, wall_seconds=300 + opened * plan.paper.wall_seconds)


def run_stages(task: Task, layout: Layout, *, data_key: str, sources: Sequence[Source] = ()) -> tuple[Stage, ...]:
    """One execution for each notebook role that a file fills; of all its files where each is executed."""
    plan = task.plan
    files = [file for role in notebook_roles(plan) for file in executed_files(plan, layout, role)]
    each = {role: order_of(layout, sources, role).executed for role in plan.each_roles}
    return tuple(_run_stage(task, layout, name, each.get(name, (path,)), data_key) for name, path in files)


def executed_files(plan: Plan, layout: Layout, role: str) -> tuple[tuple[str, str], ...]:
    """Name of the run and path of each file that is executed: the first of the role, or one for each classifier.

    Where there are several classifiers, notebooks are executed rather than the scripts that they may import.
    """
    paths = layout.roles.get(role, ())
    if role != plan.classifier_role or not plan.classifier_names:
        return tuple((role, path) for path in paths[:1])
    notebooks = tuple(path for path in paths if path.lower().endswith(".ipynb"))
    return tuple(zip(plan.classifier_runs, notebooks or paths, strict=False))


def left_out(plan: Plan, layout: Layout, sources: Sequence[Source] = ()) -> str:
    """Why files of a role are not executed, where more than its first one is; empty where all are."""
    if plan.each_roles:
        words = (order_of(layout, sources, role).words for role in plan.each_roles)
        return "; ".join(f"not executed by themselves: {said}" for said in words if said)
    executed = {path for _, path in executed_files(plan, layout, plan.classifier_role)}
    others = [path for path in layout.roles.get(plan.classifier_role, ()) if path not in executed]
    if not plan.classifier_names or not others:
        return ""
    return f"not executed, {len(executed)} of {len(executed) + len(others)} files of the role are: {', '.join(others)}"


def score_stage(
    task: Task, name: str, *, handed: str, data_key: str, weights_key: str, further: Mapping[str, str] | None = None
) -> Stage:
    """The recomputed numbers about what one run handed out, outside the student's process.

    It depends on the very files that were handed out, whichever run made them; `further` are those of further runs of
    the role, by the name of the run.
    """
    plan = task.plan
    parts = {
        "stage version": told(VERSIONS["score"]),
        "what the run handed out": handed,
        "data sets": data_key,
        "role": score_roles(plan)[name],
    }
    if name == SCORE_CLASSIFIER:
        parts |= {
            "data set": plan.classifier_data,
            **{f"what {run} handed out": of for run, of in (further or {}).items()},
        }
        if plan.classifier_names:
            parts["names of classifiers"] = told(plan.classifier_names)
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
    return {SCORE_CLASSIFIER: plan.classifier_role, "score-samples": plan.generator_role}


def runs_scored(plan: Plan, runs: Sequence[Stage]) -> dict[str, tuple[Stage, ...]]:
    """Scoring stage to the runs that it reads, of those there are; no stage that would read none."""
    found: dict[str, tuple[Stage, ...]] = {}
    for name, role in score_roles(plan).items():
        roles = plan.classifier_runs if name == SCORE_CLASSIFIER else (role,)
        read = tuple(run for run in runs if run.name.removeprefix("run-") in roles)
        found |= {name: read} if read else {}
    return found


def argument(run: Stage) -> str:
    """What the process of a run is told: the name of the stage and the file to execute, or all of them as JSON."""
    return f"{run.name}={run.parts['notebook']}"


def told_files(argument: str, plan: Plan) -> tuple[str, tuple[str, ...]]:
    """The role and the files that such an argument names."""
    role, said = argument.removeprefix("run-").split("=", 1)
    return role, tuple(json.loads(said)) if role in plan.each_roles else (said,)


def score_argument(plan: Plan, name: str, runs: Sequence[Stage]) -> str:
    """What the process of a scoring stage is told: its name and, where there may be several, the runs it reads."""
    several = name == SCORE_CLASSIFIER and plan.classifier_names
    return f"{name}={','.join(run.name.removeprefix('run-') for run in runs)}" if several else name


def score_names(plan: Plan) -> tuple[str, ...]:
    """What the scores of several classifiers are called where they are missing, so that each says why."""
    return tuple(f"score-{name}" for name in plan.classifier_names)


def planned(plan: Plan) -> tuple[str, ...]:
    """The stages that a submission goes through when it fills every role."""
    roles = notebook_roles(plan)
    runs = [] if plan.execute == "static" else [f"run-{role}" for role in roles]
    scores = [name for name, role in score_roles(plan).items() if role in roles and plan.execute == "full"]
    figures = [COMPARE] if any(role.kind == "paper" for role in plan.roles) else []
    return (UNPACK, STATIC, *runs, *scores, *figures)


def _run_stage(task: Task, layout: Layout, role: str, paths: Sequence[str], data_key: str) -> Stage:
    plan, each = task.plan, role in task.plan.each_roles
    parts = {
        "stage version": told(VERSIONS["run"]),
        "files of the submission": key_of({entry.path: entry.sha256 for entry in layout.files}),
        "notebook": told(paths) if each else paths[0],
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
    if role in plan.classifier_runs:
        parts["handed out"] = f"predictions on {plan.classifier_data}"
    if role == plan.generator_role:
        parts |= {"handed out": f"{plan.samples} samples of {plan.generator_data}", "seed": told(plan.seed)}
    wall_seconds = plan.run.wall_seconds + 4 * plan.run.window_seconds + 300
    if each:  # the time of all counts from the first; what follows the last one's cells and judging come on top
        wall_seconds = plan.run.together_seconds + 4 * plan.run.window_seconds + 60 * len(paths) + 300
    return Stage(name=f"run-{role}", parts=parts, wall_seconds=wall_seconds)


def _accelerator(device: str) -> str:
    """Which models of GPU are here: what a notebook can do in its time depends on them; empty on the CPU."""
    return "" if device == "cpu" else ", ".join(sorted({gpu.model for gpu in gpus.installed()}))
