"""Which files of a hand-in with several classifiers are executed, and what their scores depend on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from validator.evidence import FileEntry, Layout, Submission
from validator.measuring.probes.task import Task
from validator.plan import Plan, Role
from validator.running import stages

ROLE = Role(name="classifier", kind="notebook", stem="train", suffixes=(".ipynb", ".py"), naming="any", many=True)
SEVERAL = Plan(roles=(ROLE,), classifier_data="cifar10", classifier_names=("plain", "se"))
ONE = replace(SEVERAL, classifier_names=())


def layout(*paths: str) -> Layout:
    files = tuple(FileEntry(path=path, bytes=1, sha256=path, kind="notebook") for path in paths)
    return Layout(files=files, roles={"classifier": paths})


def task(plan: Plan = SEVERAL) -> Task:
    return Task(submission=Submission(id="x", sha256="0", source="x.zip"), given="x.zip", home="/nowhere", plan=plan)


@pytest.mark.parametrize(
    ("paths", "runs"),
    [
        (("a.ipynb",), {"run-classifier": "a.ipynb"}),
        (("a.ipynb", "b.ipynb"), {"run-classifier": "a.ipynb", "run-classifier-2": "b.ipynb"}),
        (("a.ipynb", "b.ipynb", "c.ipynb"), {"run-classifier": "a.ipynb", "run-classifier-2": "b.ipynb"}),
        (("a.py", "b.ipynb", "c.py"), {"run-classifier": "b.ipynb"}),
        (("a.py", "b.py"), {"run-classifier": "a.py", "run-classifier-2": "b.py"}),
    ],
)
def test_as_many_files_are_executed_as_there_are_classifiers_notebooks_first(
    paths: tuple[str, ...], runs: dict[str, str]
) -> None:
    found = stages.run_stages(task(), layout(*paths), data_key="d")
    assert {stage.name: stage.parts["notebook"] for stage in found} == runs
    assert [stages.argument(stage) for stage in found] == [f"{name}={path}" for name, path in runs.items()]


def test_of_one_classifier_the_first_file_alone_is_executed() -> None:
    assert [stage.name for stage in stages.run_stages(task(ONE), layout("a.py", "b.ipynb"), data_key="d")] == [
        "run-classifier"
    ]


def test_files_that_are_not_executed_are_named() -> None:
    assert stages.left_out(SEVERAL, layout("a.ipynb", "b.ipynb")) == ""
    assert stages.left_out(ONE, layout("a.ipynb", "b.ipynb")) == ""
    said = stages.left_out(SEVERAL, layout("models.py", "a.ipynb"))
    assert said == "not executed, 1 of 2 files of the role are: models.py"


def test_both_runs_are_scored_together_and_the_process_is_told_which() -> None:
    runs = stages.run_stages(task(), layout("a.ipynb", "b.ipynb"), data_key="d")
    assert stages.runs_scored(SEVERAL, runs) == {"score-classifier": runs}
    assert stages.score_argument(SEVERAL, "score-classifier", runs) == "score-classifier=classifier,classifier-2"
    assert stages.score_argument(ONE, "score-classifier", runs[:1]) == "score-classifier"


def test_a_score_depends_on_what_every_run_handed_out_and_on_the_names() -> None:
    def key(plan: Plan = SEVERAL, handed: str = "h", **further: str) -> str:
        keys = {"data_key": "d", "weights_key": "w"}
        return stages.score_stage(task(plan), "score-classifier", handed=handed, further=further, **keys).key

    assert key(second="x") == key(second="x")
    renamed = replace(SEVERAL, classifier_names=("small", "large"))
    assert len({key(), key(second="x"), key(second="y"), key(handed="i"), key(renamed)}) == 5


def test_a_plan_of_one_classifier_has_the_keys_it_had_before() -> None:
    stage = stages.score_stage(task(ONE), "score-classifier", handed="h", data_key="d", weights_key="w")
    assert set(stage.parts) == {"stage version", "what the run handed out", "data sets", "role", "data set"}


def test_what_a_plan_needs_is_what_its_roles_are_measured_with() -> None:
    paper = Role(name="paper", kind="paper", stem="paper", suffixes=(".pdf",))
    generator = Role(name="generator", kind="notebook", stem="generator", suffixes=(".ipynb",))
    assert SEVERAL.materials == ("cifar10",)
    assert Plan(roles=(paper,)).materials == ()
    assert Plan(roles=(ROLE, generator)).materials == ("addnist", "cifar100", "weights")
