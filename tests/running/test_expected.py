"""The order of the queue: what took long before is taken to take long again, and larger notebooks longer."""

import json
from pathlib import Path

import pytest

from validator.running.expected import expected_seconds


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "stages").mkdir()
    (tmp_path / "submission").mkdir()
    return tmp_path


def kept(home: Path, stage: str, seconds: object) -> None:
    (home / "stages" / f"{stage}.json").write_text(json.dumps({"stage": stage, "seconds": seconds}))


def attempts(home: Path, *documents: object) -> None:
    (home / "stages" / "attempts").mkdir()
    for number, document in enumerate(documents):
        (home / "stages" / "attempts" / f"run-classifier.{number}.json").write_text(json.dumps(document))


def test_what_is_kept_of_all_notebooks_says_how_long(home: Path) -> None:
    kept(home, "run-classifier", 7200.5)
    kept(home, "run-generator", 100)
    kept(home, "static", 5000)
    assert expected_seconds(home) == 7300.5


def test_the_longest_attempt_counts(home: Path) -> None:
    kept(home, "run-classifier", 10)
    attempts(home, {"stage": "run-classifier", "seconds": 90}, {"stage": "static", "seconds": 500})
    assert expected_seconds(home) == 90


def test_before_anything_was_executed_the_size_of_the_notebooks_decides(home: Path) -> None:
    (home / "submission" / "photo.png").write_bytes(b"x" * 9000)
    (home / "submission" / "code").mkdir()
    (home / "submission" / "code" / "a.ipynb").write_bytes(b"x" * 10)
    small = expected_seconds(home)
    (home / "submission" / "b.py").write_bytes(b"x" * 1000)
    assert expected_seconds(home) > small > 0


def test_what_cannot_be_read_says_nothing(home: Path) -> None:
    (home / "stages" / "run-classifier.json").write_text("[")
    attempts(home, "words", {"stage": "run-classifier", "seconds": "long"}, [1])
    assert expected_seconds(home) == 0


def test_a_submission_that_is_not_there_yet_takes_no_time(tmp_path: Path) -> None:
    assert expected_seconds(tmp_path / "absent") == 0
