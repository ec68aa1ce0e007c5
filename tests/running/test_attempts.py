"""Every attempt leaves its file; one that was never ended and whose process is gone was interrupted."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from validator.measuring.sandbox.owner import Owner, this_process
from validator.running.attempts import Attempt, Attempts

GONE = replace(this_process(), boot_id="before", pid=2**22 + 1)


def begun(attempts: Attempts, stage: str = "static", owner: Owner | None = None) -> Attempt:
    return attempts.begin(stage=stage, why="measuring", owner=owner or this_process(), started_at="t")


def test_attempts_count_up_stage_by_stage_and_none_is_removed(tmp_path: Path) -> None:
    attempts = Attempts(tmp_path)
    for stage in ("static", "run-classifier", "static"):
        attempts.end(begun(attempts, stage), ended="finished", ended_at="t", seconds=1.0)
    assert [(each.stage, each.number) for each in attempts.all()] == [
        ("run-classifier", 1),
        ("static", 1),
        ("static", 2),
    ]


def test_an_attempt_under_way_is_there_before_it_ends(tmp_path: Path) -> None:
    begun(Attempts(tmp_path))
    assert [each.how for each in Attempts(tmp_path).all()] == ["running"]


def test_an_attempt_whose_process_is_gone_was_interrupted(tmp_path: Path) -> None:
    begun(Attempts(tmp_path), owner=GONE)
    assert [each.how for each in Attempts(tmp_path).all()] == ["interrupted"]


def test_the_next_start_completes_what_was_interrupted_and_only_that(tmp_path: Path) -> None:
    attempts = Attempts(tmp_path)
    begun(attempts, owner=GONE)
    begun(attempts)
    begun(attempts, owner=replace(this_process(), host="elsewhere"))
    attempts.close_interrupted(now="later")
    ended = [(each.ended, each.ended_at) for each in attempts.all()]
    assert ended == [("interrupted (found at the next start)", "later"), ("", ""), ("", "")]


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda path: Path(path).symlink_to("other")])
def test_attempts_are_noted_whatever_stands_in_their_place(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "attempts")
    begun(Attempts(tmp_path))
    assert len(Attempts(tmp_path).all()) == 1
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda path: Path(path).write_text("{")])
def test_an_attempt_that_cannot_be_read_is_never_written_over(tmp_path: Path, make: Callable[[Path], None]) -> None:
    attempts = Attempts(tmp_path)
    attempts.folder.mkdir()
    make(attempts.folder / "static.3.json")
    assert begun(attempts).number == 4
    assert [each.number for each in attempts.all()] == [4]
