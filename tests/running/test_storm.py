"""The head is killed at random, again and again: nothing lives on, and in the end each task has its right result."""

import os
import random
import secrets
import signal
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.running.tiny import Cohort, lasting, marked, started_head
from validator import evidence
from validator.evidence import Evidence
from validator.running.store import Store

NAMES = ("anna01", "bert02", "cleo03", "dora04", "emil05", "fred06")
STAGES = ("unpack", "static", "run-classifier", "run-generator", "score-classifier", "score-samples")
KILLS, MOST_STARTS = 20, 60
STAGE_SECONDS = 3.0
"""Some outlive a second: a stage that does not end with its head is seen."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are found by /proc"),
]


def storm(out: Path, *, kills: int, seed: int) -> int:
    """Start the cohort and kill its head at a random moment until that was done so often; how often it was started."""
    chance = random.Random(seed)
    for start in range(1, MOST_STARTS):
        marker = secrets.token_hex(8)
        head = started_head(out, *NAMES, marker=marker, up_to=str(STAGE_SECONDS))
        wait_for_a_stage(marker)
        time.sleep(chance.uniform(0.0, 0.7))
        was_alive = head.poll() is None
        head.kill()
        head.communicate()
        assert gone_within_a_second(marker), "a process outlived its head by a second"
        kills -= was_alive
        if not kills:
            return start
        if not was_alive:  # all was done already: what was measured last is measured once more
            Store(out / chance.choice(NAMES)).path("run-classifier").unlink()
    pytest.fail(f"{MOST_STARTS} starts, and {kills} kills were still to come")


def wait_for_a_stage(marker: str) -> None:
    """Until the head and a stage are there, or the head has nothing to do."""
    until = time.monotonic() + 20
    while time.monotonic() < until and len(marked(marker)) == 1:
        time.sleep(0.02)


def gone_within_a_second(marker: str) -> bool:
    until = time.monotonic() + 1
    while left := marked(marker):
        if time.monotonic() > until:
            for each in left:
                os.kill(each, signal.SIGKILL)
            return False
        time.sleep(0.02)
    return True


def stored(out: Path) -> list[Evidence]:
    return [evidence.load(out / name / "evidence.json") for name in NAMES]


def test_after_twenty_kills_there_is_one_valid_result_per_task_equal_to_the_undisturbed_one(tmp_path: Path) -> None:
    undisturbed = lasting(Cohort(tmp_path / "undisturbed", *NAMES).measured().values())
    out = tmp_path / "out"
    storm(out, kills=KILLS, seed=3)
    last = started_head(out, *NAMES, marker=secrets.token_hex(8))
    last.communicate()
    assert last.returncode == 0
    assert lasting(stored(out)) == undisturbed
    for name in NAMES:
        store = Store(out / name)
        kept = {path.stem for path in store.folder.glob("*.json") if store.read(path.stem)}
        assert kept == set(STAGES)
        finished = Counter(each.stage for each in store.attempts.all() if each.ended == "finished")
        # Unpacking is part of the static stage's process, or has one of its own when a kill came between the two.
        assert set(finished) - {"unpack"} == set(STAGES) - {"unpack"}
        assert all(each.ended for each in store.attempts.all())
    assert list(out.rglob("*.part")) == []
