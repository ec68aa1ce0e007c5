"""Killed at any moment, a process loses at most one update of a network."""

import json
from pathlib import Path

import pytest

SCRIPT = (Path(__file__).parent / "scripts" / "kills.py").read_text(encoding="utf-8")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def killed(metered_once):
    return metered_once(SCRIPT)


def test_twenty_killed_trainings_are_short_by_one_update_at_most(killed):
    truth = {int(pid): steps for pid, steps in json.loads((killed.folder / "truth.json").read_text()).items()}
    page = {counter.pid: counter.updates for counter in killed.counters}
    assert len(truth) == 20, killed.stderr
    assert {pid: page.get(pid, 0) - steps for pid, steps in truth.items() if abs(page.get(pid, 0) - steps) > 1} == {}


def test_a_death_is_told_as_one_and_as_nothing_worse(killed):
    assert {record["what"] for record in killed.of_kind("integrity")} == {"died"}
    assert killed.of_kind("tampered") == []
