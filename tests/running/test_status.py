"""How far a batch is, read from its files while it runs and afterwards."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.running.tiny import Cohort
from validator.measuring.sandbox.owner import Owner, this_process
from validator.running import batch
from validator.running.batch import Planned, Steps
from validator.running.status import Status, status

ELSEWHERE = replace(this_process(), host="elsewhere")
GONE = replace(this_process(), boot_id="before", pid=2**22 + 1)


def seen(out: Path) -> Status:
    found = status(out)
    assert found is not None
    return found


def begun(out: Path, monkeypatch: pytest.MonkeyPatch, owner: Owner, *names: str) -> Steps:
    """A batch of these submissions under way in that process; the steps of the first of them."""
    monkeypatch.setattr(batch, "this_process", lambda: owner)
    planned = [Planned(id=name, stages=("unpack", "static")) for name in names]
    under_way = batch.opened(out, planned=planned, jobs=2)
    opened = under_way.__enter__()
    steps = Steps(out / names[0] / "stages", batch=opened.name)
    steps._under_way = under_way  # type: ignore[attr-defined] # else it is closed when it is collected
    return steps


def test_where_no_batch_was_started_there_is_no_status(tmp_path: Path) -> None:
    assert status(tmp_path) is None


def test_a_finished_batch_says_what_became_of_every_stage(tmp_path: Path) -> None:
    Cohort(tmp_path, "anna01", "broken").measured()
    found = seen(tmp_path)
    states = {
        (each.id, stage.stage): (stage.state, stage.attempts) for each in found.submissions for stage in each.stages
    }
    assert (found.state, found.complete, found.holder) == ("finished", 2, None)
    assert states["anna01", "static"] == states["anna01", "run-classifier"] == ("finished", 1)
    assert states["broken", "run-classifier"] == ("harness error", 2)
    assert states["broken", "score-classifier"] == ("skipped", 0)


def test_a_notebook_that_did_not_finish_is_told_from_one_that_did(tmp_path: Path) -> None:
    Cohort(tmp_path, "raising").measured()
    (submission,) = seen(tmp_path).submissions
    runs = [(stage.state, stage.detail) for stage in submission.stages if stage.stage.startswith("run")]
    assert runs == [("failed", "raised")] * 2


def test_what_an_earlier_batch_measured_is_kept_and_not_finished_again(tmp_path: Path) -> None:
    cohort = Cohort(tmp_path, "anna01")
    cohort.measured()
    cohort.measured()
    assert seen(tmp_path).totals == {"kept": 6}


def test_what_an_earlier_batch_did_is_not_taken_for_this_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Cohort(tmp_path, "anna01", "bert02").measured()
    begun(tmp_path, monkeypatch, this_process(), "anna01", "bert02")
    assert seen(tmp_path).totals == {"waiting": 4}


@pytest.mark.parametrize(
    ("owner", "state", "stage"),
    [(this_process(), "running", "running"), (ELSEWHERE, "running (", "running"), (GONE, "interrupted", "interrupted")],
)
def test_a_stage_under_way_runs_as_long_as_its_process_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: Owner, state: str, stage: str
) -> None:
    steps = begun(tmp_path, monkeypatch, owner, "anna01")
    steps.mark("unpack", "running")
    found = seen(tmp_path)
    assert found.state.startswith(state)
    assert found.totals == {stage: 1, "waiting": 1}


def test_what_is_left_is_estimated_from_what_was_measured_and_else_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = begun(tmp_path, monkeypatch, this_process(), "anna01", "bert02", "cleo03")
    steps.mark("unpack", "finished", seconds=4.0)
    assert seen(tmp_path).left_seconds is None
    steps.mark("static", "finished", seconds=10.0)
    assert seen(tmp_path).left_seconds == pytest.approx(2 * 14.0 / 2)


def test_torn_files_are_no_obstacle(tmp_path: Path) -> None:
    Cohort(tmp_path, "anna01").measured()
    (tmp_path / "anna01" / "stages" / "progress.json").write_text("{")
    (tmp_path / "anna01" / "stages" / "attempts" / "static.1.json").write_text("")
    assert seen(tmp_path).totals == {"waiting": 6}
    (tmp_path / "batch.json").write_text("[")
    assert status(tmp_path) is None


def test_what_was_handed_to_a_cluster_runs_without_its_head_until_all_is_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "this_process", lambda: GONE)
    batch.announced(tmp_path, planned=[Planned(id="anna01", stages=("unpack", "static"))], jobs=1)
    assert seen(tmp_path).state == "running on the cluster"
    monkeypatch.setattr(batch, "this_process", lambda: ELSEWHERE)
    steps = Steps(tmp_path / "anna01" / "stages", batch="")
    steps.mark("static", "running")
    assert seen(tmp_path).totals == {"running": 1, "waiting": 1}
    steps.mark("static", "finished", seconds=1.0)
    steps.complete()
    assert seen(tmp_path).state == "finished"
