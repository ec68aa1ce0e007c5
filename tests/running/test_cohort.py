"""A cohort: one submission's trouble is its own, finished stages are not repeated, an interrupt ends everything."""

import os
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from validator import evidence
from validator.evidence import Evidence, Submission
from validator.plan import Execute, Plan, Role
from validator.running.attempts import Attempts
from validator.running.cohort import Given, Settings, measured
from validator.running.engines.local import Interrupted, LocalEngine

PLAN = Plan(
    roles=(
        Role(name="paper", kind="paper", stem="paper", suffixes=(".pdf",)),
        Role(name="classifier", kind="notebook", stem="classifier", suffixes=(".ipynb",)),
    )
)

FAKE_STAGE = """
    import json, os, pathlib, sys, time
    stage, task, result = sys.argv[1:]
    task = json.loads(pathlib.Path(task).read_text())
    home = pathlib.Path(task["home"])
    identity = task["submission"]["id"]
    (home / "submission").mkdir(exist_ok=True)
    if identity.startswith("crash") and stage != "static":
        os.abort()
    if identity.startswith("killed") and stage.startswith("run-"):
        os.kill(os.getpid(), 9)
    if identity.startswith("linked") and stage != "static":
        home.rename(home.with_name("gone"))
        home.symlink_to("gone")
    if identity.startswith("hang"):
        (home / "pid").write_text(str(os.getpid()))
        time.sleep(600)
    if identity.startswith("unfit"):
        pathlib.Path(result).write_text('{"layout": 3}')
        sys.exit(0)
    layout = {"roles": {"classifier": ["a.ipynb"], "notes": ["\\udcff.txt"]}}
    run = {"path": "a.ipynb", "role": "classifier", "outcome": "finished"}
    found = {"layout": layout} if stage == "static" else {"runs": [run]} if stage.startswith("run") else {"metrics": []}
    pathlib.Path(result).write_text(json.dumps(found))
"""


@pytest.fixture
def engine(tmp_path: Path) -> LocalEngine:
    """An engine whose stage program is a few lines that behave as the submission's name says."""
    script = tmp_path / "fake_stage.py"
    script.write_text(textwrap.dedent(FAKE_STAGE))
    return LocalEngine(program=(sys.executable, str(script)))


def given(*names: str) -> list[Given]:
    return [Given(submission=Submission(id=name, sha256=name, source=f"{name}.zip"), path=Path(name)) for name in names]


def measure(
    tmp_path: Path, engine: LocalEngine, *names: str, jobs: int = 2, execute: Execute = "full"
) -> dict[str, Evidence]:
    settings = Settings(plan=replace(PLAN, execute=execute), out=tmp_path / "out", jobs=jobs)
    found = measured(given(*names), settings, tell=lambda _name, _line: None, engine=engine)
    return {each.submission.id: each for each in found}


def attempts(home: Path) -> list[str]:
    return [attempt.stage for attempt in Attempts(home / "stages").all()]


def test_every_submission_yields_evidence_and_its_file(tmp_path: Path, engine: LocalEngine) -> None:
    found = measure(tmp_path, engine, "anna01", "bert02")
    assert sorted(found) == ["anna01", "bert02"]
    assert evidence.load(tmp_path / "out" / "anna01" / "evidence.json") == found["anna01"]
    assert found["anna01"].runs[0].outcome == "finished"


def test_a_crashing_stage_is_a_fault_after_a_second_try_and_the_others_go_on(
    tmp_path: Path, engine: LocalEngine
) -> None:
    found = measure(tmp_path, engine, "crash1", "anna01")
    assert [fault.stage for fault in found["crash1"].faults] == ["run-classifier"]
    assert attempts(tmp_path / "out" / "crash1").count("run-classifier") == 2
    assert found["crash1"].reading("classifier.steps").why == evidence.HARNESS_FAILED
    assert not found["anna01"].faults


def test_a_run_whose_process_is_killed_at_every_try_is_an_outcome_and_no_fault(
    tmp_path: Path, engine: LocalEngine
) -> None:
    found = measure(tmp_path, engine, "killed1")["killed1"]
    assert not found.faults
    assert found.runs[0].outcome == "killed"
    assert "killed by signal 9" in found.reading("classifier.steps").why
    assert attempts(tmp_path / "out" / "killed1").count("run-classifier") == 2


def test_a_killed_run_is_tried_again_by_the_next_run(tmp_path: Path, engine: LocalEngine) -> None:
    measure(tmp_path, engine, "killed1")
    measure(tmp_path, engine, "killed1")
    assert attempts(tmp_path / "out" / "killed1").count("run-classifier") == 4


def test_a_home_that_became_a_link_is_not_followed(tmp_path: Path, engine: LocalEngine) -> None:
    found = measure(tmp_path, engine, "linked", "anna01")
    assert evidence.load(tmp_path / "out" / "linked" / "evidence.json") == found["linked"]
    assert not (tmp_path / "out" / "gone" / "evidence.json").exists()
    assert not found["anna01"].faults


def test_a_source_name_that_is_no_text_spoils_nothing(tmp_path: Path, engine: LocalEngine) -> None:
    submission = Submission(id="anna01", sha256="a", source="\udcff.zip")
    settings = Settings(plan=PLAN, out=tmp_path / "out")
    each = Given(submission=submission, path=Path("a"))
    (found,) = measured([each], settings, tell=lambda _name, _line: None, engine=engine)
    assert found.submission.source == "?.zip"
    assert not found.faults


def test_a_result_of_the_wrong_shape_is_a_fault_and_not_a_crash(tmp_path: Path, engine: LocalEngine) -> None:
    assert [fault.stage for fault in measure(tmp_path, engine, "unfit1")["unfit1"].faults] == ["static"]


def test_a_second_run_starts_no_stage_and_gives_equal_evidence(tmp_path: Path, engine: LocalEngine) -> None:
    first = measure(tmp_path, engine, "anna01")
    before = attempts(tmp_path / "out" / "anna01")
    second = measure(tmp_path, engine, "anna01")
    assert attempts(tmp_path / "out" / "anna01") == before
    assert first == second


def test_not_executing_keeps_what_an_earlier_execution_found(tmp_path: Path, engine: LocalEngine) -> None:
    executed = measure(tmp_path, engine, "anna01")["anna01"]
    static = measure(tmp_path, engine, "anna01", execute="static")["anna01"]
    assert static.runs == executed.runs
    assert "run-classifier" not in static.skipped


def test_a_static_first_run_says_why_nothing_was_executed(tmp_path: Path, engine: LocalEngine) -> None:
    static = measure(tmp_path, engine, "anna01", execute="static")["anna01"]
    assert (static.runs, static.skipped["run-classifier"]) == ((), "not executed (--static)")


def test_a_smoke_run_does_not_cost_the_full_one(tmp_path: Path, engine: LocalEngine) -> None:
    measure(tmp_path, engine, "anna01")
    measure(tmp_path, engine, "anna01", execute="smoke")
    measure(tmp_path, engine, "anna01")
    assert attempts(tmp_path / "out" / "anna01").count("run-classifier") == 2


def test_a_faulty_stage_is_tried_again_by_the_next_run(tmp_path: Path, engine: LocalEngine) -> None:
    measure(tmp_path, engine, "crash1")
    measure(tmp_path, engine, "crash1")
    assert attempts(tmp_path / "out" / "crash1").count("run-classifier") == 4
    assert attempts(tmp_path / "out" / "crash1").count("static") == 1


def test_stopping_ends_the_running_process_and_keeps_what_was_finished(tmp_path: Path, engine: LocalEngine) -> None:
    pid_file = tmp_path / "out" / "hang01" / "pid"
    timer = threading.Thread(target=_stop_when_there, args=(pid_file, engine))
    timer.start()
    with pytest.raises(Interrupted):
        measure(tmp_path, engine, "hang01")
    timer.join()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)


def _stop_when_there(pid_file: Path, engine: LocalEngine) -> None:
    for _ in _half_minute():
        if pid_file.exists() and pid_file.read_text():
            engine.stop()
            return


def _half_minute() -> Iterator[None]:
    for _ in range(300):
        yield
        time.sleep(0.1)
