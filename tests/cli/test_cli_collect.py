"""`validate collect` on a host without Slurm: what is over is marked, what is not is said and not measured twice."""

from datetime import timedelta
from pathlib import Path

import pytest

from fixtures import cohort
from validator.cli import exits, group
from validator.evidence import Submission
from validator.plan import Plan, Role
from validator.running.cohort import Given, Settings
from validator.running.engines import slurm_ledger
from validator.running.engines.slurm_ledger import Entry, Ledger, slurm_folder, write_ledger
from validator.running.slurm_task import SlurmTask, write_task

PLAN = Plan(roles=(Role(name="classifier", kind="notebook", stem="classifier", suffixes=(".ipynb",)),), device="cpu")


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An output folder on a host that has no Slurm."""
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def handed_in(out: Path, **minutes_ago: int) -> None:
    """A ledger of tasks with an hour each, handed in so long ago."""
    entries = []
    for name, minutes in minutes_ago.items():
        moment = (slurm_ledger.now() - timedelta(minutes=minutes)).isoformat()
        task = f"b/{name}.task.json"
        entries.append(Entry(submission=name, task=task, key="k", job="7_0", submitted_at=moment, walltime_minutes=60))
        given = Given(submission=Submission(id=name, sha256=name, source=f"{name}.zip"), path=Path(name))
        write_task(slurm_folder(out) / task, SlurmTask(given=given, settings=Settings(plan=PLAN, out=out)))
    write_ledger(out, Ledger().with_entries(entries, rubric="comp3547-2024"))


def validate(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr("sys.argv", ["validate", *map(str, words)])
    return exits.run(group)


def test_a_task_that_waits_is_said_and_is_no_pass(out, monkeypatch, capsys):
    handed_in(out, anna01=5)
    assert validate(monkeypatch, "collect", out) == exits.FINDINGS
    assert "anna01: waiting (job 7_0): Slurm does not answer" in capsys.readouterr().err
    assert not (out / "anna01").exists()


def test_a_lost_task_is_a_fault_of_the_harness_and_costs_nothing(out, monkeypatch, capsys):
    handed_in(out, anna01=5, bert02=70)
    assert validate(monkeypatch, "collect", out) == exits.HARNESS
    said = capsys.readouterr()
    assert "bert02: lost (job 7_0, slurm-lost)" in said.err
    assert "the same command submits it again" in said.err
    assert (out / "bert02" / "report.html").is_file()
    (row,) = [line for line in (out / "marks.csv").read_text("utf-8-sig").splitlines() if line.startswith("bert02")]
    assert "harness-error" in row


def test_a_submission_under_way_is_not_measured_here_at_the_same_time(out, monkeypatch, capsys):
    fixture = next(fixture for fixture in cohort.fixtures() if fixture.name == "empty_zip")
    cohort.write_submission(out.parent, fixture)
    handed_in(out, **{fixture.username: 5})
    zipped = out.parent / f"{fixture.username}.zip"
    assert validate(monkeypatch, zipped, "--static", "--out", out) == exits.USAGE
    assert "scancel 7_0" in capsys.readouterr().err
    assert not (out / fixture.username).exists()


@pytest.mark.parametrize("text", ["", "[]", '{"schema": 99}'])
def test_a_spoilt_ledger_is_one_message(out, monkeypatch, capsys, text):
    handed_in(out, anna01=5)
    slurm_ledger.ledger_path(out).write_text(text)
    assert validate(monkeypatch, "collect", out) == exits.USAGE
    assert capsys.readouterr().err.count("Error: ") == 1
