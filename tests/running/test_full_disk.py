"""A full disk stops the scheduling and marks nothing as failed; once there is room, the same call completes."""

import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running.tiny import Cohort, lasting
from validator.running import files, space
from validator.running.attempts import Attempts
from validator.running.batch import read_batch
from validator.running.space import DiskFull, Floor, is_full


def test_below_the_floor_no_stage_is_started(tmp_path: Path) -> None:
    cohort = Cohort(tmp_path / "out", "anna01", "bert02")
    with pytest.raises(DiskFull, match="nothing was marked failed"):
        cohort.measured(kept_free_bytes=2**62)
    assert Attempts(tmp_path / "out" / "anna01" / "stages").all() == ()
    assert not (tmp_path / "out" / "anna01" / "evidence.json").exists()


def test_a_floor_reached_on_the_way_lets_what_runs_end_and_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = iter([2**40] * 6)  # three stages of one submission: results and scratch
    monkeypatch.setattr(space, "free_bytes", lambda _: next(asked, 0))
    cohort = Cohort(tmp_path / "out", "anna01", "bert02", jobs=1)
    with pytest.raises(DiskFull):
        cohort.measured(kept_free_bytes=1)
    monkeypatch.undo()
    found = cohort.measured()
    assert "static" not in [line.split(": ")[1] for line in cohort.said if line.startswith("anna01")]
    assert not any(each.faults for each in found.values())


class Filling:
    """Takes the place of `os.write`: some time in a cohort the disk is full, after half of what was to be written."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.real = os.write

    def __call__(self, descriptor: int, content: bytes) -> int:
        self.room -= 1
        if self.room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self.real(descriptor, bytes(content)[: max(1, len(content) // 2)] if self.room == 0 else content)


@pytest.mark.parametrize("room", [0, 1, 2, 5, 9, 14, 20, 27, 33])
def test_a_disk_that_fills_at_any_write_fails_nobody_and_the_next_call_completes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    undisturbed = lasting(Cohort(tmp_path / "other", "anna01", jobs=1).measured().values())
    cohort = Cohort(tmp_path / "out", "anna01", jobs=1)
    monkeypatch.setattr(os, "write", Filling(room))
    with pytest.raises((DiskFull, OSError)) as caught:
        cohort.measured()
    monkeypatch.undo()
    assert is_full(caught.value)
    assert list((tmp_path / "out").rglob("*.part")) == []
    assert not (tmp_path / "out" / "anna01" / "evidence.json").exists()
    assert lasting(cohort.measured().values()) == undisturbed


def test_a_stage_that_found_the_disk_full_is_no_fault_and_no_attempt_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(DiskFull):
        Cohort(tmp_path / "out", "full01").measured()
    attempts = [each for each in Attempts(tmp_path / "out" / "full01" / "stages").all() if each.stage != "static"]
    assert [each.ended for each in attempts] == ["stopped: the disk is full"]
    batch = read_batch(tmp_path / "out")
    assert batch is not None
    assert batch.ended == "stopped: the disk is full"


def test_a_notebook_that_failed_while_the_disk_was_full_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = iter([2**40] * 4)  # before unpacking and before the run; after the run there is nothing left
    monkeypatch.setattr(space, "free_bytes", lambda _: next(asked, 0))
    cohort = Cohort(tmp_path / "out", "raising", jobs=1)
    with pytest.raises(DiskFull):
        cohort.measured(kept_free_bytes=1)
    assert not (tmp_path / "out" / "raising" / "stages" / "run-classifier.json").exists()


def test_others_run_to_their_end_when_one_finds_the_disk_full(tmp_path: Path) -> None:
    with pytest.raises(DiskFull):
        Cohort(tmp_path / "out", "anna01", "full01", jobs=1).measured()
    assert (tmp_path / "out" / "anna01" / "evidence.json").exists()


def test_a_quota_is_a_full_disk_and_a_missing_file_is_none() -> None:
    assert is_full(OSError(errno.EDQUOT, "quota"))
    assert not is_full(FileNotFoundError(errno.ENOENT, "missing"))


def test_a_line_that_does_not_fit_leaves_the_lines_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lines"
    files.append_line(path, "first")
    monkeypatch.setattr(os, "write", Filling(1))
    with pytest.raises(OSError, match="space"):
        files.append_line(path, "second")
    assert path.read_text() == "first\n"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 kB, which only root (or nobody) may mount."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "validator-test", str(place)]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        pytest.skip("no mount command here; the same is tested with a writer that fails")
    if done.returncode:
        pytest.skip("mounting needs root; the same is tested with a writer that fails")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_on_a_real_full_disk_every_earlier_result_is_whole_and_the_next_call_completes(small_disk: Path) -> None:
    names = [f"anna{number:02}" for number in range(12)]
    cohort = Cohort(small_disk / "out", *names, jobs=2)
    with pytest.raises((DiskFull, OSError)) as caught:
        cohort.measured()
    assert is_full(caught.value)
    assert list(small_disk.rglob("*.part")) == []
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    found = cohort.measured()
    assert sorted(found) == names
    assert not any(each.faults for each in found.values())


def test_the_message_says_how_much_is_free_and_what_to_do(tmp_path: Path) -> None:
    message = Floor(folder=tmp_path, kept_free_bytes=2**30).message()
    assert str(tmp_path) in message
    assert "1.00 GiB are kept free" in message
    assert "run the same command to go on" in message


def test_a_full_scratch_place_counts_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space, "free_bytes", lambda place: 0 if place.name == "scratch" else 2**40)
    floor = Floor(folder=tmp_path, scratch=tmp_path / "scratch")
    assert floor.is_low()
    assert f"{tmp_path / 'scratch'}: its disk is full" in floor.message()
    assert not Floor(folder=tmp_path).is_low()
