"""Every hostile document through the real fork with its limits: named, in time, in memory, and never counted wrong.

All of them are read once, by one process that stands for a stage: a test runner has threads, and must not be forked.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fixtures.paper_disguises import DISGUISES, SECOND_FLAGS
from fixtures.paper_hostile import HOSTILE
from validator.plan import MIB, PaperLimits

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="papers are read by a fork on Linux only")

ALL = {**HOSTILE, **DISGUISES}
LIMITS = PaperLimits()
SLACK = 1.5
"""Both readers may take a third longer than one; and starting and ending them takes its time."""
INTERPRETER_KILOBYTES = 100 * 1024
"""What is loaded already is no data of the paper's."""
BODY_SIZE = 10 * 0.88


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Name to what came of the file."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, hostile in ALL.items():
        hostile.write(folder / f"{name}.pdf")
    command = [sys.executable, "-m", "tests.measuring.probes.caged", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {one["name"]: one for one in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("name", ALL)
def test_a_hostile_file_is_named_and_never_counted_wrong_by_both_readers(
    name: str, said: dict[str, dict[str, Any]]
) -> None:
    one, hostile = said[name], ALL[name]
    assert (one["total"], one["counted"]) == (hostile.pages_total, hostile.pages_counted)
    assert hostile.flag in (*one["flags"], "")
    assert all(one["flags"].values())
    assert (one["counted"] is None) == bool(one["why"])


@pytest.mark.skipif(importlib.util.find_spec("pypdfium2") is None, reason="the second reader is not installed")
@pytest.mark.parametrize("name", SECOND_FLAGS)
def test_the_second_reader_names_what_the_first_cannot_see(name: str, said: dict[str, dict[str, Any]]) -> None:
    assert SECOND_FLAGS[name] in said[name]["flags"]


def test_a_file_without_a_flag_says_in_its_readings_how_it_is_printed(said: dict[str, dict[str, Any]]) -> None:
    assert said["scaled-by-matrix"]["body_size"] == pytest.approx(BODY_SIZE, abs=0.05)


def test_no_hostile_file_takes_more_than_its_limits(said: dict[str, dict[str, Any]]) -> None:
    most = LIMITS.memory_bytes // 1024 + INTERPRETER_KILOBYTES
    over = [
        one
        for one in said.values()
        if one["seconds"] > SLACK * LIMITS.wall_seconds
        or one["processor_seconds"] > SLACK * LIMITS.cpu_seconds
        or one["most_kilobytes"] > most
    ]
    assert over == []


STAGE = """
import os, resource, sys, time
from pathlib import Path
import pypdf
from validator.measuring.probes import paper_forked, paper_reader
from validator.measuring.probes.paper_child import child
from validator.plan import PaperLimits
os.environ[paper_forked.SAYS_SO] = "1"
if sys.argv[2] == "unlimited":
    resource.setrlimit = lambda *_: None
def answers(*_):
    exec(sys.argv[3])
    yield None
paper_reader.answers = answers
limits = PaperLimits(memory_bytes=500 * 1024 * 1024, cpu_seconds=1)
print(child(file=Path(sys.argv[1]), arguments=("a.pdf", "40"), limits=limits).why)
"""
GREEDY = {
    f"held = bytearray({600 * MIB})": "more than 500 MiB of memory",
    "while time.process_time() < 1.6: pass": "more than 1 seconds of processor time",
}


@pytest.mark.parametrize("does", GREEDY)
def test_a_greedy_reader_is_ended_and_without_the_limits_it_would_not_be(does: str, tmp_path: Path) -> None:
    HOSTILE["zero-pages"].write(tmp_path / "a.pdf")
    why = {}
    for limits in ("limited", "unlimited"):
        command = [sys.executable, "-c", STAGE, str(tmp_path / "a.pdf"), limits, does]
        why[limits] = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert GREEDY[does] in why["limited"]
    assert "gave no answer" in why["unlimited"]
