"""Only calls from outside any module are told, whatever way they end and whichever threads make them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
AGENT = HERE.parents[2] / "validator" / "measuring" / "agent"
ONE_CALL = ["Tree"]


@pytest.fixture(scope="module")
def said():
    environment = {**os.environ, "PYTHONPATH": str(AGENT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, HERE / "scripts" / "root_calls.py"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_module_that_calls_itself_is_told_once(said):
    assert said["calls itself"] == ONE_CALL


def test_a_call_that_raised_hides_no_later_one(said):
    assert said["after an exception"] == ["Raising", "Tree"]
    assert said["after an interrupt and a reset"] == ["Raising", "Tree"]
    assert said["hooks left"] == 0


def test_calls_of_one_module_in_two_threads_are_each_told_once(said):
    assert said["of two threads"] == [100, 100]
    assert said["after the thread"] == ONE_CALL
    assert said["in place"] is True


def test_a_call_beside_the_threads_of_a_loader_is_watched_to_its_end_with_what_it_was_given_by_name(said):
    assert said["a feeding thread"] is True
    assert said["to the end beside it"] == [[1, ["depth"]]]
    assert said["keywords when nothing ends"] == {}
