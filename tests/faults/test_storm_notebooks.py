"""Real notebooks in the sandbox, their head killed at random: nothing lives on, nothing is torn, nothing is lost."""

import json
import random
import time
from pathlib import Path
from typing import Any

import pytest

from fixtures import hostile
from tests.faults import batches
from validator.measuring.sandbox import tiers
from validator.running.attempts import FINISHED
from validator.running.store import Store

CORPUS = (
    "exits_at_once",
    "hides_its_errors",
    "kills_its_driver",
    "leaves_children_behind",
    "loops_forever",
)
FORKS = (
    "import os, time\nfor _ in range(3):\n    if os.fork() == 0:\n        time.sleep(0.3)\n        os._exit(0)",
    "for _ in range(3): os.wait()\nprint('all came back')",
)
LIMITS = {"wall_seconds": 8.0}
KILLS, MOST_STARTS, SEED = 20, 60, 11
WALLED = [entry.tier for entry in tiers.found() if entry.works and entry.tier != "T3"]

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not WALLED, reason="no tier with walls works here")]


class Storm:
    """One cohort whose head is killed again and again; what was seen meanwhile."""

    def __init__(self, submissions: Path, rubric: Path, out: Path, scratch: Path) -> None:
        self._given = (submissions, rubric, out)
        self._scratch = scratch
        self._chance = random.Random(SEED)
        self.kills = self.hit_notebooks = 0

    def rages(self) -> None:
        """Until the head was killed so often."""
        for number in range(MOST_STARTS):
            head = batches.started(*self._given, scratch=self._scratch)
            # One time in four as it comes; else once a notebook runs, so that it is the notebooks that are hit.
            self._wait(head, for_kernels=number % 4 > 0)
            self._kill(head)
            if self.kills == KILLS:
                return
            if head.returncode != -9:
                self._forget_a_few()
        pytest.fail(f"{MOST_STARTS} starts and only {self.kills} kills")

    def _wait(self, head: Any, *, for_kernels: bool) -> None:
        until = time.monotonic() + 20
        while for_kernels and head.poll() is None and not batches.alive(self._scratch, kernels=True):
            assert time.monotonic() < until, "no notebook began"
            time.sleep(0.02)
        time.sleep(self._chance.uniform(0.0, 1.2))

    def _kill(self, head: Any) -> None:
        kernels = batches.alive(self._scratch, kernels=True)
        was_alive = head.poll() is None
        head.kill()
        head.communicate()
        self.kills += was_alive
        self.hit_notebooks += was_alive and bool(kernels)
        assert batches.gone(self._scratch, within_seconds=1.0), "somebody outlived the head by a second"
        assert batches.torn(self._given[2]) == []

    def _forget_a_few(self) -> None:
        """All was done: some of it is measured once more."""
        kept = sorted(self._given[2].glob(f"*/stages/run-{batches.ROLE}.json"))
        for path in self._chance.sample(kept, 4):
            path.unlink()


def flags(out: Path, submission: str) -> set[str]:
    return {flag["kind"] for run in batches.evidence(out, submission)["runs"] for flag in run["flags"]}


@pytest.mark.timeout(600)
def test_after_twenty_kills_every_notebook_has_one_whole_result_equal_to_the_undisturbed_one(tmp_path: Path) -> None:
    notebooks = {each.name: each.notebook() for each in hostile.corpus() if each.name in CORPUS}
    names = batches.pack(tmp_path / "in", notebooks | batches.honest() | {"forks": batches.notebook(FORKS)})
    rubric, out, calm = batches.rubric(tmp_path, **LIMITS), tmp_path / "out", tmp_path / "calm"
    with batches.own_scratch() as scratch:
        batches.finished(batches.started(tmp_path / "in", rubric, calm, scratch=scratch), within_seconds=180)
        storm = Storm(tmp_path / "in", rubric, out, scratch)
        storm.rages()
        assert storm.hit_notebooks >= KILLS // 2
        assert list(scratch.glob("v-*")), "the last head was killed while nothing ran: nothing is there to be swept"
        batches.finished(batches.started(tmp_path / "in", rubric, out, scratch=scratch), within_seconds=180)
        assert batches.gone(scratch, within_seconds=1.0)
        assert list(scratch.iterdir()) == []
    assert list(out.rglob("*.part")) == []
    assert batches.torn(out) == []
    assert "detached-processes" in flags(out, names["leaves_children_behind"])
    for notebook, name in names.items():
        after, undisturbed = (batches.timeless(batches.evidence(folder, name)) for folder in (out, calm))
        for part, value in after["runs"][0].items():
            assert value == undisturbed["runs"][0][part], (notebook, part)
        assert after == undisturbed, notebook
        reports = [json.loads((folder / name / "report.json").read_bytes()) for folder in (out, calm)]
        assert batches.timeless(reports[0]) == batches.timeless(reports[1])
        store = Store(out / name)
        assert {path.stem for path in store.folder.glob("*.json") if store.read(path.stem)} == {
            "unpack",
            "static",
            f"run-{batches.ROLE}",
        }
        attempts = store.attempts.all()
        assert all(each.ended for each in attempts)
        assert {each.stage for each in attempts if each.ended == FINISHED} == {"static", f"run-{batches.ROLE}"}
    assert json.loads((out / "cohort.json").read_bytes())
