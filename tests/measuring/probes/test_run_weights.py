"""The weights that a run tries are those that were handed in, and what the run says of them is a stranger's word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fixtures import checkpoints
from validator.evidence import Submission, TriedWeights
from validator.measuring.probes import run_weights
from validator.measuring.probes.run_executed import Window
from validator.measuring.probes.run_scratch import Scratch
from validator.measuring.probes.run_windows import with_weights
from validator.measuring.probes.task import Task
from validator.plan import Plan, Role

ROLE = Role(name="weights", kind="weights", stem="weights", suffixes=(".pt", ".h5"), naming="any", many=True)


@pytest.fixture
def task(tmp_path: Path) -> Task:
    """Two files of weights, unpacked: one of PyTorch and one of Keras."""
    made = Task(
        submission=Submission(id="a", sha256="0" * 64, source="a"),
        given="a.zip",
        home=str(tmp_path / "home"),
        plan=Plan(roles=(ROLE,)),
    )
    made.unpacked.mkdir(parents=True)
    made.run_folder("code").mkdir(parents=True)
    (made.unpacked / "net.pt").write_bytes(checkpoints.torch_zip())
    (made.unpacked / "other.h5").write_bytes(checkpoints.hdf5())
    return made


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    made = Scratch(root=tmp_path / "scratch", uid=None)
    made.told.mkdir(parents=True)
    return made


def test_the_run_is_given_numbers_and_names_and_what_cannot_be_read_has_its_reason(
    task: Task, scratch: Scratch, tmp_path: Path
) -> None:
    weights = run_weights.of(task)
    window = weights.window(task, role="code", scratch=scratch)
    assert window is not None
    assert str(scratch.told) in window.code
    (entry,) = json.loads((scratch.told / "weights.json").read_text())
    assert (entry["path"], len(entry["sha256"])) == ("net.pt", 64)
    assert {one["name"]: tuple(one["shape"]) for one in entry["tensors"]} == dict(checkpoints.SMALL)
    (scratch.told.parent / "weights.json").write_text(json.dumps([{"path": "net.pt", "rows": 5, "same": 4}]))
    first, second = weights.tried(scratch.told.parent)
    assert (first.rows, first.same, first.sha256, first.why) == (5, 4, entry["sha256"], "")
    assert second == TriedWeights(path="other.h5", why="HDF5 files are not read")


def test_a_file_that_is_another_when_the_run_has_ended_is_not_tried(task: Task, scratch: Scratch) -> None:
    weights = run_weights.of(task)
    (task.unpacked / "net.pt").write_bytes(checkpoints.torch_zip(values={"last.bias": [1.0, 2.0, 3.0, 4.0]}))
    assert weights.window(task, role="code", scratch=scratch) is None
    assert weights.tried(scratch.told)[0].why == "it is not the file that was handed in any more"
    assert list(scratch.told.iterdir()) == []


def test_links_that_wait_under_the_names_are_not_followed(task: Task, scratch: Scratch, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("mine")
    for name in ("weights-0.values", "weights.json"):
        (scratch.told / name).symlink_to(kept)
    assert run_weights.of(task).window(task, role="code", scratch=scratch) is not None
    assert kept.read_text() == "mine"


def test_a_run_that_said_nothing_has_a_reason(task: Task, scratch: Scratch) -> None:
    weights = run_weights.of(task)
    weights.window(task, role="code", scratch=scratch)
    assert [one.why for one in weights.tried(scratch.root)] == [run_weights.NOT_ASKED, "HDF5 files are not read"]


def test_a_rubric_without_weights_has_no_readings_of_them(task: Task, scratch: Scratch) -> None:
    bare = Task(submission=task.submission, given="a.zip", home=task.home, plan=Plan(roles=()))
    weights = run_weights.of(bare)
    assert weights.window(bare, role="code", scratch=scratch) is None
    assert weights.tried(scratch.root) == ()


def test_what_a_stranger_says_is_believed_where_it_can_be() -> None:
    lies = {"rows": 10, "same": 11, "labelled": 5, "correct_file": -1, "correct_run": True, "distance": float("nan")}
    found = run_weights.tried_of("net.pt", {**lies, "difference": "0", "largest": 10**400, "network": "N\x1b\nn"})
    assert (found.rows, found.same, found.correct_file, found.correct_run) == (10, None, None, None)
    assert (found.distance, found.difference, found.largest) == (None, None, None)
    assert found.network == "N??n"
    assert found.labelled == 0  # what was right with one of both is nothing to compare
    half = run_weights.tried_of("net.pt", {"rows": 10, "labelled": 5, "correct_run": 4, "correct_file": 6})
    assert (half.labelled, half.correct_run) == (0, None)
    assert run_weights.tried_of("net.pt", {"rows": 2**60}).rows == 0


def test_readings_are_of_the_file_that_falls_shortest() -> None:
    good = TriedWeights(path="a", rows=10, same=10, labelled=10, correct_run=9, correct_file=9)
    bad = TriedWeights(path="b", rows=10, same=4, labelled=10, correct_run=8, correct_file=3)
    readings = run_weights.readings_of([good, bad, TriedWeights(path="c", why="too large")], role="code")
    assert {name: reading.value for name, reading in readings.items()} == {
        "code.weights_accuracy": 0.3,
        "code.weights_run_accuracy": 0.8,
        "code.weights_agreement": 0.4,
    }
    none = run_weights.readings_of([TriedWeights(path="c", why="too large")], role="code")
    assert {reading.why for reading in none.values()} == {"too large"}


def test_weights_are_tried_before_what_networks_were_fed_is_taken_away() -> None:
    cells = tuple(Window(name=name, code="") for name in ("sample", "resample"))
    names = [cell.name for cell in with_weights(cells, Window(name="weights", code=""))]
    assert names == ["sample", "weights", "resample"]
    assert with_weights(cells, None) == cells
