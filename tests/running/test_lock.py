"""One head on an output folder: the second is refused by name, a dead one's lock is free, with and without `flock`."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from validator.measuring.sandbox.owner import dumps, this_process
from validator.running import lock
from validator.running.lock import Locked, holder, locked

HOLDER = """
import sys
from pathlib import Path
from validator.running import lock
if sys.argv[2] == "by name":
    lock._has_flock = lambda *_: False
with lock.locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""

KINDS = ["by name"] if os.name != "posix" else ["flock", "by name"]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "by name":
        monkeypatch.setattr(lock, "_has_flock", lambda *_: False)
    return str(request.param)


@pytest.fixture
def other(tmp_path: Path, kind: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its input ends."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path), kind]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_head_is_refused_with_the_process_and_the_host_of_the_first(
    tmp_path: Path, other: subprocess.Popen[str]
) -> None:
    with pytest.raises(Locked, match=f"process {other.pid} on {this_process().host} is writing here"), locked(tmp_path):
        pytest.fail("entered")


def test_the_lock_of_a_killed_head_is_free(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    other.kill()
    other.wait()
    with locked(tmp_path):
        assert holder(tmp_path) == this_process()


def test_the_lock_is_free_again_after_the_block(tmp_path: Path, kind: str) -> None:
    for _ in range(2):
        with locked(tmp_path):
            assert holder(tmp_path) == this_process()
        assert holder(tmp_path) is None


def test_the_lock_of_a_boot_that_is_over_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_has_flock", lambda *_: False)
    if not (me := this_process()).boot_id:
        pytest.skip("this system does not number its boots")
    (tmp_path / lock.BY_NAME).write_text(dumps(replace(me, boot_id="before")))
    with locked(tmp_path):
        assert holder(tmp_path) == me


def test_where_nobody_can_see_whether_the_owner_lives_a_person_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "_has_flock", lambda *_: False)
    (tmp_path / lock.BY_NAME).write_text(dumps(replace(this_process(), host="elsewhere")))
    with pytest.raises(Locked, match=r"on elsewhere .* delete .*lock-by-name"), locked(tmp_path):
        pytest.fail("entered")


def test_a_torn_record_locks_nobody_out(tmp_path: Path, kind: str) -> None:
    (tmp_path / lock.BY_NAME).write_text('{"host": ')
    with locked(tmp_path):
        assert holder(tmp_path) == this_process()
