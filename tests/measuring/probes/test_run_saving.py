"""The executed notebook is stored as it grows, and storing it never takes a notebook's time."""

from pathlib import Path

import pytest

from validator.measuring.probes import run_client


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 0.0

        def monotonic(self):
            self.now += 1.0
            return self.now

    monkeypatch.setattr(run_client, "time", Clock())


def test_a_save_in_passing_waits_for_many_times_what_the_last_one_took(tmp_path: Path, clock: None) -> None:
    saver = run_client.Saver(tmp_path / "executed.ipynb")
    saves = 0
    for _ in range(200):
        (tmp_path / "executed.ipynb").unlink(missing_ok=True)
        saver.in_passing(run_client.notebook_of([]))
        saves += (tmp_path / "executed.ipynb").is_file()
    assert 1 <= saves < 10


def test_the_last_save_does_not_wait(tmp_path: Path) -> None:
    saver = run_client.Saver(tmp_path / "executed.ipynb")
    saver.in_passing(run_client.notebook_of([]))
    saver.now(run_client.notebook_of([run_client.code_cell("last")]))
    assert "last" in (tmp_path / "executed.ipynb").read_text()


def test_a_link_in_the_way_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "executed.part").symlink_to(tmp_path / "victim")
    run_client.Saver(tmp_path / "executed.ipynb").now(run_client.notebook_of([]))
    assert not (tmp_path / "victim").exists()
