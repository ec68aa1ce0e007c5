"""A process is told from every other: dead ones, those of another boot, the next one of the same number."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from validator.measuring.sandbox import owner
from validator.measuring.sandbox.owner import is_alive, owner_of, this_process, write_owner


def test_this_process_is_alive() -> None:
    assert is_alive(this_process()) is True


def test_a_process_that_ended_is_dead() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert is_alive(replace(this_process(), pid=ended.pid, started="")) is False


def test_a_process_that_nobody_has_reaped_yet_is_dead() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    dead = replace(this_process(), pid=ended.pid, started="")
    try:
        assert is_alive(dead) is (sys.platform != "linux")
    finally:
        ended.wait()


def test_a_process_of_another_boot_is_dead() -> None:
    assert is_alive(replace(this_process(), boot_id="before")) is (not owner.BOOT_ID.exists())


@pytest.mark.skipif(sys.platform != "linux", reason="the start of a process is read from /proc")
def test_the_next_process_of_the_same_number_is_another() -> None:
    assert is_alive(replace(this_process(), started="1")) is False


def test_a_process_of_another_machine_is_unknown() -> None:
    assert is_alive(replace(this_process(), host="elsewhere")) is None


def test_a_folder_says_whose_it_is(tmp_path: Path) -> None:
    write_owner(tmp_path)
    assert owner_of(tmp_path) == this_process()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"host": "a"}', '{"host": "a", "pid": "x"}'])
def test_a_folder_that_says_it_badly_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / owner.FILE_NAME).write_text(text)
    assert owner_of(tmp_path) is None
