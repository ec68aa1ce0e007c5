"""One task as a node runs it, without any Slurm: its note, stages ended by SIGTERM, nothing done twice."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from validator import evidence
from validator.evidence import Submission
from validator.plan import Plan, Role
from validator.running.cohort import Given, Settings
from validator.running.slurm_task import SlurmTask, note_path, read_note, read_task, write_task

PLAN = Plan(roles=(Role(name="classifier", kind="notebook", stem="classifier", suffixes=(".ipynb",)),), device="cpu")

STAGE = """
    import json, os, pathlib, sys, time
    stage, task_path, result = sys.argv[1:]
    home = pathlib.Path(json.loads(pathlib.Path(task_path).read_text())["home"])
    (home / "submission").mkdir(exist_ok=True)
    with (home / "ran.txt").open("a") as ran:
        ran.write(stage.partition("=")[0] + "\\n")
    if stage.startswith("run-") and home.name.startswith("holds") and not (home / "go").exists():
        (home / "pid").write_text(str(os.getpid()))
        time.sleep(600)
    run = {"path": "a.ipynb", "role": "classifier", "outcome": "finished"}
    layout = {"roles": {"classifier": ["a.ipynb"]}}
    found = {"layout": layout} if stage == "static" else {"runs": [run]} if stage.startswith("run") else {"metrics": []}
    pathlib.Path(result).write_text(json.dumps(found))
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="nodes of a Slurm cluster run Linux")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "stage.py").write_text(textwrap.dedent(STAGE))
    return tmp_path / "out"


def task_file(out: Path, name: str) -> Path:
    path = out / "slurm" / "b" / "0.task.json"
    given = Given(submission=Submission(id=name, sha256=name, source=f"{name}.zip"), path=out.parent / name)
    program = (sys.executable, str(out.parent / "stage.py"))
    write_task(path, SlurmTask(given=given, settings=Settings(plan=PLAN, out=out), program=program))
    return path


def start(path: Path, **environment: str) -> subprocess.Popen[bytes]:
    code = "import sys; from validator.running.slurm_task import run_task; run_task(sys.argv[1])"
    inherited = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}  # the tests' own
    with path.with_name("log.txt").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-c", code, str(path)],
            stderr=log,
            env={**inherited, "SLURM_ARRAY_JOB_ID": "12", "SLURM_ARRAY_TASK_ID": "3", **environment},
        )


def held_stage(home: Path) -> int:
    for _ in range(600):
        if (home / "pid").exists() and (home / "pid").read_text():
            return int((home / "pid").read_text())
        time.sleep(0.1)
    raise AssertionError("the stage never began")


def test_a_task_leaves_evidence_and_says_that_it_finished(out: Path) -> None:
    path = task_file(out, "anna01")
    assert start(path).wait(timeout=60) == 0
    note = read_note(path)
    assert note is not None
    assert (note.state, note.job, note.restarts) == ("finished", "12_3", 0)
    assert evidence.load(out / "anna01" / "evidence.json").runs[0].outcome == "finished"


def test_sigterm_ends_the_stages_and_is_noted_and_the_next_start_goes_on(out: Path) -> None:
    path = task_file(out, "holds1")
    process = start(path)
    stage = held_stage(out / "holds1")
    running = read_note(path)
    assert running is not None
    assert running.state == "running"
    process.terminate()
    assert process.wait(timeout=60) == 128 + signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        os.kill(stage, 0)
    cancelled = read_note(path)
    assert cancelled is not None
    assert (cancelled.state, cancelled.why) == ("cancelled", "ended by SIGTERM")
    (out / "holds1" / "go").touch()
    assert start(path, SLURM_RESTART_COUNT="1").wait(timeout=60) == 0
    finished = read_note(path)
    assert finished is not None
    assert (finished.state, finished.restarts) == ("finished", 1)
    ran = (out / "holds1" / "ran.txt").read_text().split()
    assert ran == ["static", "run-classifier", "run-classifier", "score-classifier"]


def test_sigusr2_means_nothing_to_a_task_and_its_stages(out: Path) -> None:
    path = task_file(out, "holds1")
    process = start(path)
    stage = held_stage(out / "holds1")
    for number in (process.pid, stage):
        os.kill(number, signal.SIGUSR2)
    time.sleep(0.5)
    assert process.poll() is None
    os.kill(stage, 0)
    process.terminate()
    process.wait(timeout=60)


def test_a_task_that_was_submitted_again_since_does_nothing(out: Path) -> None:
    path = task_file(out, "anna01")
    path.unlink()
    assert start(path).wait(timeout=60) == 0
    assert "submitted again" in path.with_name("log.txt").read_text()
    assert not (out / "anna01").exists()
    assert not note_path(path).exists()


def test_a_task_is_read_as_it_was_written(out: Path) -> None:
    path = task_file(out, "anna01")
    task = read_task(path)
    assert task is not None
    assert task.settings == Settings(plan=PLAN, out=out)
    assert task.given.path == out.parent / "anna01"


@pytest.mark.parametrize("text", ["", "[", "{}", '{"schema": 1, "state": "finished"}', "[" * 100_000])
def test_a_note_that_cannot_be_read_is_none(out: Path, text: str) -> None:
    path = task_file(out, "anna01")
    note_path(path).write_text(text)
    assert read_note(path) is None


def test_the_job_uses_its_share_of_the_cores(out: Path) -> None:
    path = task_file(out, "anna01")
    (out.parent / "stage.py").write_text(
        textwrap.dedent(STAGE) + "(home / 'threads').write_text(os.environ['OMP_NUM_THREADS'])\n"
    )
    assert start(path, SLURM_CPUS_PER_TASK="3").wait(timeout=60) == 0
    assert (out / "anna01" / "threads").read_text() == "3"
    assert json.loads((out / "anna01" / "evidence.json").read_text())["faults"] == []
