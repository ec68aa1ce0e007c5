"""Limits of time: a cell is interrupted, the cells after it run, and how a run ended is read off its replies."""

import pytest

from tests.measuring.probes.test_run_outcomes import STUBBORN, Go, go, kinds, statuses, stored
from validator.measuring.probes import run_cells, run_limits

__all__ = ["go"]

GOES_ON = "import time\ntry:\n    while True: time.sleep(0.01)\nexcept KeyboardInterrupt:\n    print('stopped early')"


@pytest.mark.slow
def test_an_endless_cell_is_interrupted_and_the_cells_after_it_run(go: Go, tmp_path) -> None:
    found = go("while True: pass", "print('on' + 'wards')", GOES_ON, "1 / 0", "!sleep 60", cell_seconds=1.5)
    assert (found.outcome, statuses(found)) == ("timed-out", ["timeout", "ok", "timeout", "error", "timeout"])
    words = "ran longer than its limit of 1.5 s and was interrupted"
    assert found.detail == (
        f"cell 0 {words}; cell 2 {words}; cell 4 {words}; cell 3 raised ZeroDivisionError: division by zero"
    )
    assert "onwards" in stored(tmp_path)
    assert not found.complete


@pytest.mark.slow
def test_a_cell_that_does_not_stop_ends_the_kernel_and_most_of_the_wall_limit_is_every_cells(go: Go) -> None:
    found = go("x = 1", STUBBORN, "y = 1", wall_seconds=8.0)
    assert (found.outcome, statuses(found)) == ("timed-out", ["ok", "timeout", "not-run"])
    assert found.detail == "cell 1 ran longer than its limit of 6 s, in cell 1"


@pytest.mark.slow
def test_a_limit_that_comes_when_every_cell_has_replied_is_no_timeout(go: Go, monkeypatch) -> None:
    monkeypatch.setattr(run_cells, "LAST_OUTPUT_SECONDS", 60)
    found = go("x = 1", "get_ipython().kernel._publish_status = lambda *a, **k: None", wall_seconds=7.0)
    assert (found.outcome, found.detail, statuses(found)) == ("finished", "", ["ok", "ok"])
    assert "output-incomplete" in kinds(found)


@pytest.mark.slow
def test_a_kernel_that_dies_after_its_last_reply_has_finished(go: Go) -> None:
    # The last output never comes, because the process ends; the reply, which another thread sends, is given time to go.
    held = "import os, time\nget_ipython().kernel._publish_status = lambda *a, **k: (time.sleep(2), os._exit(1))"
    found = go("x = 1", held)
    assert (found.outcome, statuses(found)) == ("finished", ["ok", "ok"])
    assert "output-incomplete" in kinds(found)


@pytest.mark.slow
def test_a_kernel_that_left_by_itself_just_before_its_limit_did_not_run_out_of_time(go: Go, monkeypatch) -> None:
    # It is noticed a second late that a kernel is gone; the limit comes in between.
    ended = run_limits.Clock.ending

    def ending(self, seconds, what):
        self.ended = "the limit came first"
        return ended(self, seconds, what)

    monkeypatch.setattr(run_limits.Clock, "ending", ending)
    found = go("x = 1", "import os\nos._exit(3)", "y = 1")
    assert (found.outcome, statuses(found)) == ("killed", ["ok", "died", "not-run"])
    assert found.detail == "the kernel died in cell 1: exit code 3"
