"""The self-test is made once for what it depends on, kept when it was right, and told to every run."""

from dataclasses import replace

import pytest

from validator.evidence import Layout, Submission
from validator.measuring.probes import run_box, self_test
from validator.measuring.probes.self_test import SelfTest
from validator.measuring.probes.task import Task
from validator.plan import Plan, Role
from validator.running import self_tests
from validator.running.environments.choosing import Choice
from validator.running.stages import run_stages

CHOICE = Choice(interpreter=None, digest="d1", python="3.11.7", frozen=("jax==0.10.2", "torch==2.15.0"), why="")


@pytest.fixture
def made(tmp_path, monkeypatch):
    monkeypatch.setenv("VALIDATOR_ENVS", str(tmp_path))
    calls: list[str] = []
    says = {
        "torch": SelfTest(version="torch 2.15.0", counted=9),
        "jax": SelfTest(version="jax 0.10.2", wrong=("jit: 2",)),
    }

    def test(framework: str, **where: object) -> SelfTest:
        calls.append(framework)
        return says[framework]

    monkeypatch.setattr(self_test, "examined", test)
    return calls


def test_what_was_right_is_kept_and_what_was_wrong_is_tried_again(made):
    assert self_tests.told(CHOICE) == {"torch": ("torch 2.15.0",), "jax": ("jax 0.10.2", "jit: 2")}
    self_tests.told(CHOICE)
    assert made == ["torch", "jax", "jax"]


@pytest.mark.parametrize("other", [{"digest": "d2"}, {"python": "3.12.1"}])
def test_another_environment_is_tested_again(made, other):
    self_tests.told(CHOICE)
    self_tests.told(replace(CHOICE, **other))
    assert made.count("torch") == 2


def test_another_agent_is_tested_again(made, monkeypatch):
    self_tests.told(CHOICE)
    monkeypatch.setattr(self_tests, "agent_digest", lambda: "another")
    self_tests.told(CHOICE)
    assert made.count("torch") == 2


def test_only_what_is_installed_is_tested(made):
    assert self_tests.told(replace(CHOICE, frozen=("torchvision==0.29.2",))) == {}
    assert made == []


def test_where_nothing_can_be_executed_nothing_is_told(made, monkeypatch):
    def broken(framework: str, **where: object) -> SelfTest:
        raise run_box.BoxProblem("no tier works")

    monkeypatch.setattr(self_test, "examined", broken)
    assert self_tests.told(CHOICE) == {}
    assert self_tests.told(replace(CHOICE, interpreter="/nowhere/python")) == {}


@pytest.mark.parametrize(
    ("said", "again"), [({"torch": ("torch 2.15.0",)}, False), ({"torch": ("torch 2.15.0", "SGD: 2 steps")}, True)]
)
def test_a_run_that_a_miscounting_meter_saw_is_measured_again_and_no_other(said, again):
    plan = Plan(roles=(Role(name="classifier", kind="notebook", stem="c", suffixes=(".py",)),))
    task = Task(submission=Submission(id="x", sha256="x", source="x.zip"), given="x", home="x", plan=plan)
    layout = Layout(roles={"classifier": ("c.py",)})
    [before] = run_stages(replace(task, self_test=said), layout, data_key="")
    [now] = run_stages(task, layout, data_key="")
    assert (before.key != now.key) is again
