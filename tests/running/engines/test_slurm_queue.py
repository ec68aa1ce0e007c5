"""Asking Slurm: an answer, no such task, or no answer; never a hang. `squeue` and `sacct` are a few lines of shell."""

import os
import stat
import time
from pathlib import Path

import pytest

from validator.running.engines import slurm_queue
from validator.running.engines.slurm_queue import NOT_THERE, Said, states

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the stand-ins for squeue and sacct are shell scripts")

FORGOTTEN = "echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1"
UNREACHABLE = "echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1"
NO_ACCOUNTING = "echo 'Slurm accounting storage is disabled' >&2; exit 1"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Put programs of these names and bodies first on the path; without any, there is no Slurm here."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def made(**bodies: str) -> None:
        for name, body in bodies.items():
            (folder / name).write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{body}\n")
            (folder / name).chmod((folder / name).stat().st_mode | stat.S_IXUSR)

    return made


def test_squeue_answers_for_every_task_of_an_array(programs):
    programs(squeue="echo '7_0|RUNNING|None'; echo '7_1|PENDING|Priority'")
    assert states(["7_0", "7_1"]) == {"7_0": Said(state="RUNNING"), "7_1": Said(state="PENDING", reason="Priority")}


def test_a_task_that_squeue_no_longer_has_is_not_there(programs):
    programs(squeue="echo '7_0|RUNNING|None'", sacct=NO_ACCOUNTING)
    assert states(["7_0", "7_1"]) == {"7_0": Said(state="RUNNING"), "7_1": NOT_THERE}


def test_a_job_that_slurm_has_forgotten_is_an_answer(programs):
    programs(squeue=FORGOTTEN, sacct=NO_ACCOUNTING)
    assert states(["7_0"]) == {"7_0": NOT_THERE}


def test_that_slurm_shows_no_job_of_another_account_is_no_answer(programs):
    programs(squeue=FORGOTTEN, sacct=NO_ACCOUNTING)
    assert states(["7_0"], is_owner=False) == {"7_0": None}


@pytest.mark.parametrize(
    "bodies",
    [
        {},
        {"squeue": UNREACHABLE},
        {"squeue": UNREACHABLE, "sacct": NO_ACCOUNTING},
        {"squeue": "exit 1", "sacct": "exit 1"},
    ],
)
def test_where_slurm_fails_or_is_absent_there_is_no_answer(programs, bodies):
    programs(**bodies)
    assert states(["7_0", "8_0"]) == {"7_0": None, "8_0": None}


def test_a_slurm_that_hangs_is_not_waited_for(programs, monkeypatch):
    programs(squeue="exec sleep 600", sacct="exec sleep 600")
    monkeypatch.setattr(slurm_queue, "ANSWER_SECONDS", 0.2)
    began = time.monotonic()
    assert states([f"{number}_0" for number in range(40)]) == {f"{number}_0": None for number in range(40)}
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("squeue", [FORGOTTEN, UNREACHABLE])
def test_the_accounting_tells_what_squeue_does_not(programs, squeue):
    programs(squeue=squeue, sacct="echo '7_0|CANCELLED by 1000'; echo '7_1|OUT_OF_ME+'")
    assert states(["7_0", "7_1"]) == {"7_0": Said(state="CANCELLED"), "7_1": Said(state="OUT_OF_ME")}


def test_output_that_is_no_table_is_no_state(programs):
    programs(squeue="echo; echo 'warning: something'; printf '\\377\\376|\\n'", sacct=NO_ACCOUNTING)
    assert states(["7_0"]) == {"7_0": NOT_THERE}
