"""When figures are compared, again or not at all, and how they come into the evidence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from validator.evidence import Figure, FileEntry, Layout, Paper, Reading, Run, Submission
from validator.measuring.probes.task import Task
from validator.plan import Plan, Role
from validator.running import comparing, stages
from validator.running.result import StageResult
from validator.running.store import SCHEMA, Kept, Store
from validator.running.together import together
from validator.running.unpacking import kept_layout

PLAN = Plan(
    roles=(
        Role(name="paper", kind="paper", stem="paper", suffixes=(".pdf",)),
        Role(name="generator", kind="notebook", stem="generator", suffixes=(".ipynb",)),
    )
)
SUBMISSION = Submission(id="anna01", sha256="0", source="anna01.zip")
PAGES = {"paper.pages_total": Reading(value=4, unit="pages", source="observed")}
UNREAD = {"paper.pages_total": Reading.missing(unit="pages", why="it is torn")}


def layout(notebook: str = "1") -> Layout:
    files = (
        FileEntry(path="a.pdf", bytes=1, sha256="0", kind="paper"),
        FileEntry(path="a.ipynb", bytes=1, sha256=notebook, kind="notebook"),
    )
    return Layout(files=files, roles={"paper": ("a.pdf",), "generator": ("a.ipynb",)})


def task(home: Path) -> Task:
    return Task(submission=SUBMISSION, given="a.zip", home=str(home), plan=PLAN)


def kept(name: str, **result: object) -> Kept:
    found = StageResult(**result)
    return Kept(schema=SCHEMA, stage=name, key="k", result=found, made_at="2026-01-01", host="h", seconds=1.0)


def static(readings: dict[str, Reading] = PAGES) -> dict[str, Kept]:
    return {stages.STATIC: kept(stages.STATIC, papers=(Paper(path="a.pdf", readings=readings),))}


def stage(home: Path, notebook: str = "1", **more: Kept) -> stages.Stage:
    found, why = comparing.stage_or_why(task(home), layout(notebook), {**static(), **more})
    assert found is not None, why
    return found


def test_without_a_paper_nothing_is_compared_and_nothing_said(tmp_path: Path) -> None:
    assert comparing.stage_or_why(task(tmp_path), Layout(roles={"paper": ()}), static()) == (None, "")


def test_a_paper_that_was_not_read_is_not_opened_again(tmp_path: Path) -> None:
    found = comparing.stage_or_why(task(tmp_path), layout(), static(UNREAD))
    assert found == (None, "the paper was not read: it is torn")


def test_it_is_compared_again_when_a_notebook_or_what_a_run_showed_changed(tmp_path: Path) -> None:
    run = {"run-generator": kept("run-generator", runs=(Run(path="a", role="generator", outcome="finished"),))}
    first = stage(tmp_path)
    assert first.key == stage(tmp_path).key
    assert first.key != stage(tmp_path, notebook="2").key
    before = stage(tmp_path, **run)
    assert comparing.argument(before) == "compare-figures=generator"
    assert before.key != first.key
    shown = tmp_path / "run" / "generator" / "executed.ipynb"
    shown.parent.mkdir(parents=True)
    shown.write_text("{}")
    after = stage(tmp_path, **run)
    assert after.key != before.key
    shown.write_text("{ }")
    assert stage(tmp_path, **run).key != after.key


def test_a_run_of_another_plan_is_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "run" / "generator").mkdir(parents=True)
    (tmp_path / "run" / "generator" / "executed.ipynb").write_text("{}")
    assert comparing.argument(stage(tmp_path)) == "compare-figures="


def test_the_figures_stand_in_their_paper() -> None:
    figure = Figure(kind="samples", page=3, detail="a grid", count=64)
    results = [*static().values(), kept(stages.COMPARE, figures={"a.pdf": (figure,), "b.pdf": ()})]
    found = together(SUBMISSION, layout=layout(), kept=results, faults=(), skipped={}, versions={})
    assert [paper.figures for paper in found.papers] == [(figure,)]


def test_every_plan_with_a_paper_has_the_stage_last() -> None:
    assert stages.planned(PLAN)[-1] == stages.COMPARE
    assert stages.COMPARE not in stages.planned(Plan(roles=PLAN.roles[1:]))


def test_the_files_are_those_that_the_static_stage_listed_and_no_others(tmp_path: Path) -> None:
    """Under today's key only: what an earlier harness listed may be named otherwise."""
    asked, own = task(tmp_path), stages.static_stage(task(tmp_path))
    made = replace(kept(own.name, layout=layout()), key=own.key)
    Store(tmp_path).keep(made)
    assert kept_layout(asked) == layout()
    Store(tmp_path).keep(replace(made, key="of another harness"))
    Store(tmp_path).forget(stage=own.name, key=own.key)
    assert kept_layout(asked) is None
