"""The harness's own cells: which there are, and that the order of the images stays with the harness."""

import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from validator.evidence import Submission
from validator.measuring.datasets import labelled
from validator.measuring.datasets.addnist import Split
from validator.measuring.probes.run_scratch import Scratch
from validator.measuring.probes.run_windows import Order, windows
from validator.measuring.probes.task import Task
from validator.plan import Execute, Plan


def task_in(home: Path, *, execute: Execute = "full") -> Task:
    return Task(
        submission=Submission(id="a", sha256="0" * 64, source="a"),
        given="a.zip",
        home=str(home),
        plan=Plan(roles=(), execute=execute),
        data=str(home),
    )


def scratch_in(folder: Path) -> Scratch:
    made = Scratch(root=folder, uid=None)
    made.told.mkdir(exist_ok=True)
    return made


@pytest.fixture
def images(monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """30 images of which the first 20 are train; image i holds the number i."""
    numbers = np.arange(30, dtype=np.float32)
    everything = np.broadcast_to(numbers[:, None, None, None], (30, 3, 28, 28)).copy()
    labels = np.zeros(30, dtype=np.int64)
    parts = {
        "train": Split(images=everything[:20], labels=labels[:20]),
        "test": Split(images=everything[20:], labels=labels[20:]),
    }
    known = replace(labelled.SETS["addnist"], load=lambda data, split, lookalike: parts[split])
    monkeypatch.setitem(labelled.SETS, "addnist", known)
    return everything


def test_the_stored_order_leads_back_to_train_then_test(tmp_path: Path, images: np.ndarray) -> None:
    order = Order()
    cells, why = windows(task_in(tmp_path), role="classifier", scratch=scratch_in(tmp_path), order=order)
    shuffled = np.load(tmp_path / "told" / "images.npy")
    order.store(tmp_path / "secret")
    stored = np.load(tmp_path / "secret" / "order.npy")
    restored = np.empty_like(shuffled)
    restored[stored] = shuffled
    assert why == ""
    assert [cell.name for cell in cells] == ["predict"]
    assert str(tmp_path / "told" / "images.npy") in cells[0].code
    assert np.array_equal(restored, images)
    assert not np.array_equal(shuffled, images)


def test_the_order_is_written_only_when_stored_and_for_its_owner(tmp_path: Path, images: np.ndarray) -> None:
    order = Order()
    windows(task_in(tmp_path), role="classifier", scratch=scratch_in(tmp_path), order=order)
    assert not (tmp_path / "secret").exists()
    order.store(tmp_path / "secret")
    assert stat.S_IMODE((tmp_path / "secret" / "order.npy").stat().st_mode) == 0o600


def test_two_runs_have_two_orders(tmp_path: Path, images: np.ndarray) -> None:
    first, second = Order(), Order()
    for order in (first, second):
        windows(task_in(tmp_path), role="classifier", scratch=scratch_in(tmp_path), order=order)
    assert first.indices is not None
    assert second.indices is not None
    assert first.indices.tolist() != second.indices.tolist()


def test_the_generator_is_asked_for_the_planned_samples(tmp_path: Path) -> None:
    cells, _ = windows(task_in(tmp_path), role="generator", scratch=scratch_in(tmp_path), order=Order())
    assert cells[0].code.endswith(".sample(10000, 20241, seconds=1440.0)")


def test_samples_are_drawn_again_with_other_seeds_and_last_because_the_data_is_then_gone(tmp_path: Path) -> None:
    cells, _ = windows(task_in(tmp_path), role="generator", scratch=scratch_in(tmp_path), order=Order())
    assert [cell.name for cell in cells] == ["sample", "interpolate", "resample"]
    assert cells[1].code.endswith(".interpolate(8, 9, 20242, seconds=1440.0)")
    assert cells[2].code.endswith(".resample(1000, 20243, seconds=1440.0)")


def test_a_smoke_run_has_no_windows_and_says_why(tmp_path: Path) -> None:
    cells, why = windows(
        task_in(tmp_path, execute="smoke"), role="generator", scratch=scratch_in(tmp_path), order=Order()
    )
    assert cells == ()
    assert "smoke" in why


def test_without_data_there_is_a_reason_instead_of_a_window(tmp_path: Path) -> None:
    cells, why = windows(task_in(tmp_path), role="classifier", scratch=scratch_in(tmp_path), order=Order())
    assert cells == ()
    assert "AddNIST" in why
