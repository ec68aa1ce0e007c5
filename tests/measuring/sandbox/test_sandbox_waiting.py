"""The end of a process is noticed when it comes, with the system call for it and without."""

from __future__ import annotations

import os
import subprocess
import time

import pytest

from validator.measuring.sandbox import ended_within

pytestmark = pytest.mark.skipif(os.name != "posix", reason="starts `sleep`")


@pytest.fixture(params=["told", "asked"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "asked":
        monkeypatch.delattr(os, "pidfd_open", raising=False)
    return str(request.param)


def test_an_end_is_an_end(way: str) -> None:
    with subprocess.Popen(["sleep", "0.1"]) as process:
        assert ended_within(process, seconds=30)
        assert process.returncode == 0
        assert ended_within(process, seconds=0)


def test_who_still_runs_at_the_limit_has_not_ended(way: str) -> None:
    with subprocess.Popen(["sleep", "30"]) as process:
        before = time.monotonic()
        assert not ended_within(process, seconds=0.2)
        assert 0.2 <= time.monotonic() - before < 10
        process.kill()
        assert ended_within(process, seconds=30)


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="this system does not tell the moment")
def test_nobody_sleeps_where_the_system_tells_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail("it was looked for again and again"))
    with subprocess.Popen(["sleep", "0.1"]) as process:
        assert ended_within(process, seconds=30)
