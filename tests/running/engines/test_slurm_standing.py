"""How a task stands: its own word first, then Slurm's, then its last note, then the clock. No Slurm is needed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from validator.running.engines.slurm_ledger import GRACE, Entry
from validator.running.engines.slurm_queue import NOT_THERE, Said
from validator.running.engines.slurm_standing import standing
from validator.running.slurm_task import Note

SUBMITTED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ENTRY = Entry(
    submission="anna01",
    task="b/0.task.json",
    key="k",
    job="7_0",
    submitted_at=SUBMITTED.isoformat(),
    walltime_minutes=60,
)


def note(state, *, started=0, changed=10, why=""):
    """A task's note; minutes after it was handed in."""
    times = [(SUBMITTED + timedelta(minutes=minutes)).isoformat() for minutes in (started, changed)]
    return Note(state=state, job="7_0", restarts=0, host="node1", started_at=times[0], changed_at=times[1], why=why)


def stands(said, its_note, *, minutes=20):
    found = standing(ENTRY, its_note, said, now=SUBMITTED + timedelta(minutes=minutes))
    return found.state, found.kind


@pytest.mark.parametrize("said", [None, NOT_THERE, Said(state="RUNNING"), Said(state="FAILED"), Said(state="TIMEOUT")])
def test_a_task_that_says_it_finished_has_finished_whatever_slurm_says(said):
    assert stands(said, note("finished"), minutes=10_000) == ("finished", "")


@pytest.mark.parametrize(
    ("word", "its_note", "expected"),
    [
        ("PENDING", None, ("waiting", "")),
        ("PENDING", note("cancelled"), ("waiting", "")),  # put back into the queue
        ("RUNNING", None, ("running", "")),
        ("RUNNING", note("running"), ("running", "")),
        ("COMPLETING", note("cancelled"), ("running", "")),  # not over before Slurm says so
        ("TIMEOUT", note("running"), ("lost", "slurm-timeout")),
        ("TIMEOUT", note("cancelled", why="ended by SIGTERM"), ("lost", "slurm-timeout")),
        ("CANCELLED", None, ("lost", "slurm-cancelled")),
        ("PREEMPTED", note("cancelled"), ("lost", "slurm-cancelled")),
        ("NODE_FAIL", note("running"), ("lost", "slurm-lost")),
        ("OUT_OF_MEMORY", note("running"), ("lost", "slurm-lost")),
        ("COMPLETED", note("running"), ("lost", "slurm-lost")),  # it ended and left no result
        ("COMPLETED", None, ("lost", "slurm-lost")),
        ("A_WORD_OF_ANOTHER_VERSION", note("running"), ("lost", "slurm-lost")),
    ],
)
def test_an_answer_of_slurm_decides_about_a_task_without_a_result(word, its_note, expected):
    assert stands(Said(state=word), its_note, minutes=10_000) == expected


@pytest.mark.parametrize(
    ("its_note", "expected"),
    [
        (note("cancelled"), "slurm-cancelled"),
        (note("cancelled", changed=59.5), "slurm-timeout"),
        (note("failed", why="OSError: no space left"), "slurm-lost"),
        (note("running"), "slurm-lost"),
        (None, "slurm-lost"),
    ],
)
def test_a_task_that_slurm_has_forgotten_is_what_its_note_says(its_note, expected):
    assert stands(NOT_THERE, its_note) == ("lost", expected)


@pytest.mark.parametrize(
    ("minutes", "its_note", "expected"),
    [
        (0, None, ("waiting", "")),
        (64, None, ("waiting", "")),
        (66, None, ("lost", "slurm-lost")),
        (64, note("running"), ("running", "")),
        (66, note("running"), ("lost", "slurm-timeout")),
        (66, note("running", started=30), ("running", "")),  # it began late: its walltime did too
        (96, note("running", started=30), ("lost", "slurm-timeout")),
        (5, note("cancelled"), ("lost", "slurm-cancelled")),
    ],
)
def test_without_an_answer_the_walltime_decides(minutes, its_note, expected):
    assert stands(None, its_note, minutes=minutes) == expected


def test_a_throttled_array_gives_a_late_task_the_time_of_those_before_it():
    third = replace(ENTRY, turns=3)
    assert third.alive_until() == SUBMITTED + timedelta(minutes=180) + GRACE
    assert third.alive_until(started_at=SUBMITTED.isoformat()) == SUBMITTED + timedelta(minutes=60) + GRACE


def test_the_words_say_who_did_what():
    found = standing(ENTRY, note("failed", why="OSError: full"), None, now=SUBMITTED)
    assert "node1" in found.why
    assert "OSError: full" in found.why
