"""The stage that looks for the figures of the paper and lays them beside the pictures of the notebooks and their runs.

It comes last, once every run that there will be has shown its pictures; without runs it compares what was handed in.
"""

from __future__ import annotations

from collections.abc import Mapping

from validator.evidence import Layout
from validator.measuring.probes.task import Task
from validator.plan import Plan
from validator.running.handed import shown_digest
from validator.running.keys import key_of, told
from validator.running.stages import COMPARE, STATIC, VERSIONS, Stage
from validator.running.store import Kept
from validator.running.versions import installed

WALL_SECONDS = 300.0


def stage_or_why(task: Task, layout: Layout, kept: Mapping[str, Kept]) -> tuple[Stage | None, str]:
    """The stage, or the reason why nothing is compared; neither where no role is a paper or no file fills it."""
    if not any(layout.roles.get(role) for role in papers(task.plan)):
        return None, ""
    paper = next(iter(kept[STATIC].result.papers), None)
    total = paper.readings.get("paper.pages_total") if paper else None
    if total is None or total.value is None:
        return None, f"the paper was not read: {total.why if total else 'there is none'}"
    runs = [run.role for name, one in kept.items() if name.startswith("run-") for run in one.result.runs]
    return _stage(task, layout, {run: shown_digest(task, run) for run in runs}), ""


def papers(plan: Plan) -> tuple[str, ...]:
    """Roles whose file is a paper."""
    return tuple(role.name for role in plan.roles if role.kind == "paper")


def argument(stage: Stage) -> str:
    """What the process of the stage is told: its name, and whose pictures it looks at."""
    return f"{stage.name}={stage.parts['runs']}"


def _stage(task: Task, layout: Layout, shown: Mapping[str, str]) -> Stage:
    roles = [role.name for role in task.plan.roles if role.kind in ("paper", "notebook")]
    read = {path for role in roles for path in layout.roles.get(role, ())}
    parts = {
        "stage version": told(VERSIONS["compare"]),
        "paper and notebooks": key_of({entry.path: entry.sha256 for entry in layout.files if entry.path in read}),
        "roles": told(task.plan.roles),
        "limits of a paper": told(task.plan.paper),
        "runs": ",".join(shown),
        "what the runs showed": key_of(shown),
        "reader of pictures": installed("pillow"),
    }
    return Stage(name=COMPARE, parts=parts, wall_seconds=WALL_SECONDS)
