"""What is asked of Slurm: no limit of Slurm's comes before one of the harness's."""

from dataclasses import replace

import pytest

from validator.evidence import Layout, Source, Submission
from validator.measuring.probes.task import Task
from validator.plan import Plan, Role
from validator.running.engines.slurm import default_walltime_minutes, least_walltime_minutes, why_not
from validator.running.stages import argument, run_stages, static_stage, told_files

NOTEBOOK = Role(name="classifier", kind="notebook", stem="classifier", suffixes=(".ipynb",))
GENERATOR = replace(NOTEBOOK, name="generator", stem="generator")
ONE, TWO = Plan(roles=(NOTEBOOK,)), Plan(roles=(NOTEBOOK, GENERATOR))


@pytest.mark.parametrize("plan", [ONE, TWO, replace(TWO, execute="smoke")])
def test_the_default_is_above_the_limits_of_all_notebooks_and_their_windows(plan):
    limit_seconds = len(plan.roles) * (plan.run.wall_seconds + 2 * plan.run.window_seconds)
    assert default_walltime_minutes(plan) * 60 >= limit_seconds + 300
    assert default_walltime_minutes(plan) > least_walltime_minutes(plan)


def test_the_least_is_five_minutes_above_the_limits_of_the_notebooks():
    assert least_walltime_minutes(TWO) == 2 * 240 + 5


def test_where_every_file_is_executed_their_limit_together_counts():
    code = Role(name="code", kind="notebook", stem="main", suffixes=(".py",), many=True, each=True)
    plan = Plan(roles=(code,))
    paths = tuple(f"{number}.py" for number in range(20))
    task = Task(submission=Submission(id="x", sha256="0", source="x"), given="x", home="/nowhere", plan=plan)
    sources = tuple(Source(path=path, role="code", does="runs") for path in paths)
    (stage,) = run_stages(task, Layout(roles={"code": paths}), data_key="", sources=sources)
    assert told_files(argument(stage), plan) == ("code", paths)
    assert stage.wall_seconds > plan.run.together_seconds
    assert default_walltime_minutes(plan) * 60 >= stage.wall_seconds
    assert least_walltime_minutes(plan) == 8 * 60 + 5


def test_a_static_task_asks_for_what_the_static_stage_may_take(evidence):
    plan = replace(TWO, execute="static")
    stage = static_stage(Task(submission=evidence.submission, given="", home="", plan=plan))
    assert stage.wall_seconds / 60 < default_walltime_minutes(plan) < 60


def test_another_notebook_asks_for_more():
    assert default_walltime_minutes(TWO) > default_walltime_minutes(ONE)


def test_without_submitit_the_command_that_helps_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "submitit", None)
    assert "pip install 'validator[slurm]'" in why_not()


def test_without_slurm_the_place_to_go_is_named(monkeypatch, tmp_path):
    pytest.importorskip("submitit", reason="validator[slurm] is not installed")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "login node" in why_not()
