"""The environment of a cohort reaches every execution, its evidence and its key."""

import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from validator.evidence import Submission
from validator.plan import Plan, Role
from validator.running import cohort
from validator.running.cohort import Given, Settings, measured
from validator.running.engines.local import LocalEngine
from validator.running.environments.choosing import Choice

PLAN = Plan(roles=(Role(name="classifier", kind="notebook", stem="classifier", suffixes=(".ipynb",)),))
CHOICE = Choice(
    interpreter="/envs/x/venv/bin/python", digest="d1", python="3.11.7", frozen=("a==1", "b==2"), why="made"
)

FAKE_STAGE = """
    import json, pathlib, sys
    stage, task, result = sys.argv[1:]
    task = json.loads(pathlib.Path(task).read_text())
    (pathlib.Path(task["home"]) / "submission").mkdir(exist_ok=True)
    run = {"path": "a.ipynb", "role": "classifier", "outcome": "finished", "detail": str(task["interpreter"])}
    run["environment"] = task["environment"]
    layout = {"roles": {"classifier": ["a.ipynb"]}}
    found = {"layout": layout} if stage == "static" else {"runs": [run]} if stage.startswith("run") else {"metrics": []}
    pathlib.Path(result).write_text(json.dumps(found))
"""


@pytest.fixture
def measure(tmp_path, monkeypatch):
    monkeypatch.setattr(cohort, "run_extra_missing", lambda: "")  # the fake stage needs nothing installed
    script = tmp_path / "fake_stage.py"
    script.write_text(textwrap.dedent(FAKE_STAGE))
    told: list[str] = []

    def once(environment: Choice | None, **plan: object):
        given = [Given(submission=Submission(id="x", sha256="x", source="x.zip"), path=Path("x"))]
        settings = Settings(plan=replace(PLAN, **plan), out=tmp_path / "out", environment=environment)
        told.clear()
        engine = LocalEngine(program=(sys.executable, str(script)))
        [found] = measured(given, settings, tell=lambda _name, line: told.append(line), engine=engine)
        return found

    once.told = told
    return once


def test_evidence_names_the_environment_its_list_and_its_digest(measure):
    found = measure(CHOICE)
    assert {name: text for name, text in found.environment.items() if name.startswith("run.")} == {
        "run.environment": "d1",
        "run.environment.choice": "made",
        "run.packages": "a==1\nb==2",
        "run.python": "3.11.7",
    }
    assert (found.runs[0].environment, found.runs[0].detail) == ("d1", "/envs/x/venv/bin/python")


def test_the_same_list_is_a_kept_run_and_another_list_a_new_one(measure):
    measure(CHOICE)
    measure(replace(CHOICE, interpreter="/elsewhere/python", why="named"))
    assert not any(line.startswith("run-classifier") for line in measure.told)
    measure(replace(CHOICE, digest="d2"))
    assert any(line.startswith("run-classifier: measuring again") for line in measure.told)


def test_a_run_that_is_kept_keeps_the_environment_it_was_made_in(measure):
    measure(CHOICE)
    found = measure(None, execute="static")
    assert found.environment["run.environment"] == "d1"


def test_what_was_not_chosen_is_not_recorded(measure):
    found = measure(None)
    assert not any(name.startswith("run.") for name in found.environment)
    assert found.runs[0].environment == ""
