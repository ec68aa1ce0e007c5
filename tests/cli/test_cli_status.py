"""`validate status DIR`: for people and for programs, and nothing is written."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.running.tiny import Cohort
from validator.cli import exits, group
from validator.cli.status import command


@pytest.fixture
def out(tmp_path: Path) -> Path:
    Cohort(tmp_path, "anna01", "broken").measured()
    return tmp_path


def call(*arguments: object) -> str:
    done = CliRunner().invoke(command, [str(each) for each in arguments], standalone_mode=False)
    assert done.return_value == exits.ALL_PASS, done.output
    return done.stdout


def test_a_person_sees_how_far_it_is_and_what_went_wrong(out: Path) -> None:
    shown = " ".join(call(out).split())
    assert "finished, since" in shown
    assert "2 of 2 complete" in shown
    assert "broken" in shown
    assert "anna01" not in shown  # nothing to see there
    assert "anna01" in call(out, "--all")


def test_a_program_reads_the_same(out: Path) -> None:
    document = json.loads(call(out, "--json"))
    assert (document["schema"], document["state"], document["complete"], document["total"]) == (1, "finished", 2, 2)
    assert document["lock"] is None
    assert document["stages"]["harness error"] == 2
    (broken,) = [each for each in document["submissions"] if each["id"] == "broken"]
    assert {"stage", "state", "since", "detail", "seconds", "attempts"} == set(broken["stages"][0])


def test_watching_ends_with_the_batch(out: Path) -> None:
    assert json.loads(call(out, "--json", "--watch"))["state"] == "finished"


def test_looking_writes_nothing(out: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    call(out, "--all")
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


def test_a_folder_without_a_batch_is_a_mistake_that_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["validate", "status", str(tmp_path)])
    assert exits.run(group) == exits.USAGE
    assert "no batch was started there" in capsys.readouterr().err
