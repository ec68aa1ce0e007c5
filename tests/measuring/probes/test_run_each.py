"""Several notebooks and scripts of one role, executed one after the other in one folder."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.measuring.probes.test_run_outcomes import cell, task_in
from validator.evidence import Run
from validator.measuring.probes import run, run_each, run_meter, run_scratch
from validator.measuring.probes.run_box import BoxProblem
from validator.measuring.probes.task import Task


def handed_in(home: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        file = home / "submission" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        book = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell(text)]}
        file.write_text(json.dumps(book) if name.endswith(".ipynb") else text)
    return home


def ran(task: Task, *paths: str) -> dict[str, Run]:
    return {found.path: found for found in run_each.runs(task, "code", paths)}


@pytest.mark.timeout(300)
def test_what_one_writes_the_next_reads_whatever_becomes_of_it(tmp_path: Path) -> None:
    files = {
        "a.ipynb": "open('made.txt', 'w').write('7'); print('train loss: 1.0'); 1 / 0",
        "sub/b.ipynb": "import os, shutil\nprint(open('../made.txt').read())\nos.chmod('..', 0o500)\nos._exit(1)",
        "later/c.py": "import pathlib\nassert pathlib.Path('../made.txt').read_text() == '7'\nprint('c ran')",
    }
    found = ran(task_in(handed_in(tmp_path, files)), *files)
    assert [(each.role, each.of, each.outcome) for each in found.values()] == [
        ("code", "code", "raised"),
        ("code-2", "code", "killed"),
        ("code-3", "code", "finished"),
    ]
    said = [(tmp_path / "run" / each.role / "executed.ipynb").read_text() for each in found.values()]
    assert "train loss: 1.0" in said[0]
    assert "c ran" in said[2]
    assert "code-3.steps" in found["later/c.py"].readings


@pytest.mark.timeout(60)
def test_what_the_time_of_all_does_not_hold_is_not_started(tmp_path: Path) -> None:
    task = task_in(handed_in(tmp_path, {"a.ipynb": "1", "b.ipynb": "2"}))
    task = replace(task, plan=replace(task.plan, run=replace(task.plan.run, together_seconds=1.0)))
    found = ran(task, "a.ipynb", "b.ipynb")
    assert [each.outcome for each in found.values()] == ["not-started", "not-started"]
    assert [flag.kind for flag in found["b.ipynb"].flags] == ["time-used-up"]


def test_what_keeps_a_later_kernel_from_starting_does_not_lose_what_ran_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def run_in(made: run_scratch.Scratch, *, path: str, role: str, **_: Any) -> Run:
        asked.append(path)
        if path != "a.ipynb" and asked.count(path) < (2 if path == "c.ipynb" else 9):
            raise BoxProblem("the kernel did not start: no space")
        return Run(path=path, role=role, outcome="finished")

    monkeypatch.setattr(run, "run_in", run_in)
    files = ("a.ipynb", "b.ipynb", "c.ipynb")
    found = ran(task_in(handed_in(tmp_path, dict.fromkeys(files, "1"))), *files)
    assert [each.outcome for each in found.values()] == ["finished", "not-started", "finished"]
    assert [flag.kind for flag in found["b.ipynb"].flags] == ["not-after-others"]
    assert "no space" in found["b.ipynb"].detail
    with pytest.raises(BoxProblem):  # where nothing of the student's ran before, it is the harness's
        ran(task_in(tmp_path), "b.ipynb")


def test_a_file_is_run_as_it_was_handed_in_and_its_folder_can_be_entered(tmp_path: Path) -> None:
    home = handed_in(tmp_path, {"deep/a.py": "print(1)\n"})
    with run_scratch.scratch(submission=home / "submission") as made:
        (made.work / "deep" / "a.py").write_text("print(2)\n")
        (made.work / "deep").chmod(0o000)
        run_scratch.handed_in_again(made, submission=home / "submission", path="deep/a.py")
        assert (made.work / "deep" / "a.py").read_text() == "print(1)\n"
        (made.work / "deep" / "a.py").unlink()
        (made.work / "deep").rmdir()
        (made.work / "deep").symlink_to(tmp_path)
        run_scratch.handed_in_again(made, submission=home / "submission", path="deep/a.py")
        assert not (made.work / "deep").is_symlink()
        assert os.listdir(made.work / "deep") == ["a.py"]  # noqa: PTH208 - only the names


def test_what_the_harness_told_one_run_is_gone_for_the_next(tmp_path: Path) -> None:
    home = handed_in(tmp_path, {"a.py": "print(1)\n"})
    with run_scratch.scratch(submission=home / "submission") as made:
        for folder in (made.told, made.handed, made.sockets, made.home, made.work):
            (folder / "left").write_text("x")
        made.status.write_text("{}")
        (made.home / ".ipython" / "profile_default" / "startup").mkdir(parents=True)
        run_scratch.used_again(made)
        assert not made.status.exists()
        assert [entry.name for entry in made.home.iterdir()] == ["left"]
        left = [
            folder.name
            for folder in (made.told, made.handed, made.sockets, made.home, made.work)
            if any(folder.iterdir())
        ]
        assert left == ["home", "work"]


def test_what_stands_in_the_place_of_the_home_is_no_way_to_remove_anything_else(tmp_path: Path) -> None:
    home = handed_in(tmp_path, {"a.py": "print(1)\n"})
    (tmp_path / "other" / ".ipython").mkdir(parents=True)
    with run_scratch.scratch(submission=home / "submission") as made:
        made.home.rmdir()
        made.home.symlink_to(tmp_path / "other")
        made.tmp.rmdir()
        run_scratch.used_again(made)
        assert (tmp_path / "other" / ".ipython").is_dir()
        assert made.home.is_dir()
        assert not made.home.is_symlink()
        assert made.tmp.is_dir()


def test_what_was_made_before_is_listed_whatever_the_folders_are_like(tmp_path: Path) -> None:
    home = handed_in(tmp_path, {"a.py": "1\n", "w/given.pt": "x"})
    with run_scratch.scratch(submission=home / "submission") as made:
        brought = run_meter.Brought(files=run_meter.handed_in(made.work), began_ns=1)
        (made.work / "w" / "own.pt").write_text("x")
        (made.home / "own").symlink_to("/")
        os.makedirs(made.work / "d")  # noqa: PTH103
        here = os.open(made.work / "d", os.O_RDONLY)
        for _ in range(1500):
            os.mkdir("d", dir_fd=here)
            deeper = os.open("d", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = deeper
        os.close(here)
        found = run_meter._made_before({"work": made.work, "home": made.home}, brought)
        assert sorted(found) == ["home/own", "work/w/own.pt"]


def test_the_run_is_told_when_the_first_of_all_began(tmp_path: Path) -> None:
    home = handed_in(tmp_path, {"a.py": "1\n"})
    task = task_in(home)
    run_scratch.fresh(task.run_folder("code-2"))
    with run_scratch.scratch(submission=home / "submission") as made:
        (made.work / "later.pt").write_text("x")
        brought = run_meter.Brought(files={"a.py": 2}, began_ns=7)
        with run_meter.listening(task, role="code-2", scratch=made, brought=brought) as config:
            told = json.loads(config.read_text())
    assert (told["began_ns"], told["handed_in"]) == (7, {"a.py": 2})
