"""A signal to the head ends its stages, leaves a state that can be gone on from, and is told by the exit code."""

import os
import secrets
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running.tiny import Head, marked, started_head
from validator.running.attempts import Attempts
from validator.running.status import status

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found by /proc")

LONG = "300"


@pytest.fixture
def marker() -> Iterator[str]:
    name = secrets.token_hex(8)
    yield name
    for left in marked(name):
        os.kill(left, signal.SIGKILL)


def under_way(out: Path, head: Head, marker: str, *, submissions: int = 1) -> None:
    """Wait until so many submissions have a stage's process that is set up."""
    for _ in range(600):
        if len(marked(marker)) > 1 and len(list(out.glob("*/stages/*.ready"))) >= submissions:
            return
        assert head.poll() is None
        time.sleep(0.05)
    pytest.fail("no stage was started")


def ended(head: Head, *, within_seconds: float) -> int:
    head.communicate(timeout=within_seconds)
    return head.returncode


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_the_stages_and_the_next_call_goes_on(
    tmp_path: Path, marker: str, number: signal.Signals, code: int
) -> None:
    out = tmp_path / "out"
    head = started_head(out, "anna01", marker=marker, seconds=LONG)
    under_way(out, head, marker)
    os.kill(head.pid, number)
    assert ended(head, within_seconds=30) == code
    assert marked(marker) == []
    assert [each.ended for each in Attempts(out / "anna01" / "stages").all()] == ["interrupted"]
    seen = status(out)
    assert seen is not None
    assert (seen.state, seen.holder) == ("interrupted", None)
    assert seen.totals["interrupted"] == 2  # unpack and static, in one process
    assert ended(started_head(out, "anna01", marker=marker), within_seconds=60) == 0
    assert (out / "anna01" / "evidence.json").exists()


def test_a_second_signal_ends_at_once_even_a_stage_that_does_not_listen(tmp_path: Path, marker: str) -> None:
    head = started_head(tmp_path / "out", "anna01", marker=marker, seconds=LONG, stubborn="yes")
    under_way(tmp_path / "out", head, marker)
    os.kill(head.pid, signal.SIGINT)
    time.sleep(0.5)
    assert head.poll() is None
    os.kill(head.pid, signal.SIGINT)
    assert ended(head, within_seconds=5) == 130
    time.sleep(1.0)
    assert marked(marker) == []


def test_a_killed_head_is_told_from_one_that_runs(tmp_path: Path, marker: str) -> None:
    out = tmp_path / "out"
    head = started_head(out, "anna01", "bert02", marker=marker, seconds=LONG)
    under_way(out, head, marker, submissions=2)
    seen = status(out)
    assert seen is not None
    assert (seen.state, seen.holder_alive, seen.totals["running"]) == ("running", True, 4)
    assert seen.holder is not None
    assert seen.holder.pid == head.pid
    head.kill()
    head.communicate()
    seen = status(out)
    assert seen is not None
    assert seen.state.startswith("interrupted")
    assert (seen.holder_alive, seen.totals["interrupted"]) == (False, 4)
    time.sleep(1.0)
    assert marked(marker) == []
