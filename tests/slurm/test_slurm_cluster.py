"""On a real Slurm: whatever happens to a task, the controller, the node or the head, nothing is lost and nothing hangs.

Rows 28 to 31 of the table of faults. The stages are a stand-in program; one test runs the real ones (`--static`).
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures import cohort as golden
from tests.slurm.submissions import PLAN, Cohort, until
from validator import evidence
from validator.plan import MIB
from validator.running.engines import slurm_queue
from validator.running.engines.slurm import SlurmError
from validator.running.engines.slurm_ledger import read_ledger
from validator.running.slurm_cohort import survey

pytestmark = pytest.mark.slow


def validate(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "validator", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def is_alive(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_an_array_of_four_is_collected_though_its_head_was_killed(cohort: Cohort, tmp_path: Path) -> None:
    submissions = tmp_path / "submissions"
    submissions.mkdir()
    for fixture in golden.fixtures():
        if fixture.name in ("clean", "broken_layout", "five_page_paper"):
            golden.write_submission(submissions, fixture)
    with zipfile.ZipFile(submissions / "bomb04.zip", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("bomb04-paper.pdf", bytes(50 * MIB))
    words = (submissions, "--static", "--engine", "slurm", "--out", cohort.out)
    began = time.monotonic()
    command = [sys.executable, "-m", "validator", *map(str, words)]
    head = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    until(lambda: (ledger := read_ledger(cohort.out)) and all(entry.job for entry in ledger.entries))
    os.killpg(head.pid, signal.SIGKILL)
    head.communicate()
    names = sorted(survey(cohort.out))
    assert len(names) == 4
    cohort.wait_until_over(*names)
    assert time.monotonic() - began < 30
    collected = validate("collect", cohort.out)
    assert collected.returncode == 1, collected.stderr
    assert "4 marked" in collected.stdout
    assert evidence.load(cohort.out / "bomb04" / "evidence.json").layout.refused is not None
    reports = [json.loads((cohort.out / name / "report.json").read_text()) for name in names]
    assert {report["status"] for report in reports} == {"marked"}
    again = validate(*words)
    assert "finished already: 4" in again.stderr
    assert again.returncode == 1


def test_a_task_that_dies_without_a_word_is_a_fault_of_its_own_and_tried_again(cohort: Cohort, tmp_path: Path) -> None:
    # Beside two quiet ones: a stage that kills the task's own process, and a task whose process leaves by os._exit.
    (tmp_path / "sitecustomize.py").write_text(
        "import os, pathlib, threading\n"
        "task = b'submitit' in pathlib.Path('/proc/self/cmdline').read_bytes()\n"
        "mark = pathlib.Path(__file__).with_name('left')\n"
        "if task and os.environ.get('SLURM_ARRAY_TASK_ID') == '3' and not mark.exists():\n"
        "    mark.touch()\n"
        "    threading.Timer(1.0, os._exit, (3,)).start()\n"
    )
    names = ("anna01", "bert02", "kills3", "holds4")
    handed = cohort.hand_in(*names, setup=f"export PYTHONPATH={tmp_path}")
    assert len(handed.submitted) == 4
    standings = cohort.wait_until_over(*names)
    assert [standings[name].state for name in names] == ["finished", "finished", "lost", "lost"]
    assert [standings[name].kind for name in names[2:]] == ["slurm-lost", "slurm-lost"]
    for name in names[2:]:
        (fault,) = cohort.evidence(name).faults
        assert fault.what.startswith("slurm-lost: ")
        assert cohort.evidence(name).reading("classifier.steps").why == evidence.HARNESS_FAILED
    assert not cohort.evidence("anna01").faults
    cohort.let_go("holds4")
    again = cohort.hand_in(*names, setup=f"export PYTHONPATH={tmp_path}")
    assert sorted(entry.submission for entry in again.submitted) == ["holds4", "kills3"]
    assert sorted(again.finished) == ["anna01", "bert02"]
    assert {standing.state for standing in cohort.wait_until_over(*names).values()} == {"finished"}
    assert not cohort.evidence("kills3").faults
    assert cohort.ran("kills3").count("static") == 1


def test_a_cancelled_task_ends_its_stages_says_so_and_goes_on_where_it_was(cohort: Cohort) -> None:
    cohort.hand_in("holds1")
    cohort.wait_until_begun("holds1")
    stage = int((cohort.out / "holds1" / "pid").read_text())
    assert cohort.standing("holds1").state == "running"
    cohort.cluster.call("scancel", cohort.job("holds1"))
    found = cohort.wait_until_over("holds1")["holds1"]
    assert found.kind == "slurm-cancelled"
    assert "ended by SIGTERM" in found.why, "the task's own note"
    until(lambda: not is_alive(stage))
    assert cohort.evidence("holds1").faults[0].what.startswith("slurm-cancelled: ")
    cohort.let_go("holds1")
    cohort.hand_in("holds1")
    assert cohort.wait_until_over("holds1")["holds1"].state == "finished"
    assert cohort.ran("holds1").count("static") == 1
    assert not cohort.evidence("holds1").faults


def test_a_requeued_task_uses_the_stages_it_had_finished(cohort: Cohort) -> None:
    cohort.hand_in("holds1")
    cohort.wait_until_begun("holds1")
    job = cohort.job("holds1")
    cohort.cluster.call("scontrol", "requeue", job)
    until(lambda: cohort.standing("holds1").state == "waiting")
    cohort.let_go("holds1")
    # Slurm itself waits two minutes; within the second of the ending the node refuses the job ("credential revoked").
    cohort.cluster.call("scontrol", "update", f"JobId={job}", "StartTime=now+3")
    assert cohort.wait_until_over("holds1")["holds1"].state == "finished"
    assert cohort.ran("holds1") == ["static", "run-classifier", "run-classifier", "score-classifier"]


def test_the_signal_before_the_limit_does_no_harm(cohort: Cohort) -> None:
    cohort.hand_in("holds1")
    cohort.wait_until_begun("holds1")
    cohort.cluster.call("scancel", "--full", "--signal=USR2", cohort.job("holds1"))
    time.sleep(1.0)
    cohort.let_go("holds1")
    assert cohort.wait_until_over("holds1")["holds1"].state == "finished"
    assert not cohort.evidence("holds1").faults


def test_a_task_past_its_walltime_is_a_timeout_and_no_cost(cohort: Cohort) -> None:
    cohort.hand_in("holds1", walltime_minutes=1)
    cohort.wait_until_begun("holds1")
    job = cohort.job("holds1")
    with contextlib.suppress(subprocess.CalledProcessError):  # on a slow machine the minute is over already
        cohort.cluster.call("scontrol", "update", f"JobId={job}", "EndTime=now")
    found = cohort.wait_until_over("holds1")["holds1"]
    assert found.kind == "slurm-timeout"
    assert cohort.evidence("holds1").faults[0].what.startswith("slurm-timeout: ")


def test_tasks_finish_and_are_found_though_the_controller_and_the_node_daemon_die(
    cohort: Cohort, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slurm_queue, "ANSWER_SECONDS", 2.0)
    cohort.hand_in("holds1", "holds2")
    cohort.wait_until_begun("holds1", "holds2")
    for daemon in ("slurmctld", "slurmd"):
        cohort.cluster.kill(daemon)
    try:
        began = time.monotonic()
        without = cohort.standing("holds1")
        assert time.monotonic() - began < 20
        assert (without.state, "does not answer" in without.why) == ("running", True)
        cohort.let_go("holds1")
        cohort.let_go("holds2")
        until(lambda: all(cohort.standing(name).state == "finished" for name in ("holds1", "holds2")))
        assert not cohort.evidence("holds1").faults
    finally:
        for daemon in ("slurmctld", "slurmd"):
            cohort.cluster.start(daemon)
        cohort.cluster.wait_until_idle()


def test_two_tasks_at_a_time_see_different_gpus(cohort: Cohort) -> None:
    if cohort.cluster.gpus < 2:
        pytest.skip("device nodes that stand in for GPUs can be made by root only")
    cohort.hand_in("holds1", "holds2", plan=replace(PLAN, device="auto"), gres="gpu:1")
    cohort.wait_until_begun("holds1", "holds2")
    seen = {(cohort.out / name / "ran.txt").read_text().splitlines()[1].split()[1] for name in ("holds1", "holds2")}
    assert seen == {"0", "1"}


def test_a_submission_under_way_is_not_handed_in_twice(cohort: Cohort) -> None:
    cohort.hand_in("holds1")
    cohort.wait_until_begun("holds1")
    again = cohort.hand_in("holds1")
    assert (again.submitted, again.under_way) == ((), ("holds1",))


def test_what_sbatch_refuses_is_said_and_leaves_nothing_behind(cohort: Cohort) -> None:
    with pytest.raises(SlurmError, match="partition"):
        cohort.hand_in("anna01", partition="nowhere")
    assert survey(cohort.out) == {}
