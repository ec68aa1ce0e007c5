"""`validate doctor` tells what is there, and attacks its own sandbox."""

import json

import pytest
from click.testing import CliRunner

from validator.cli.doctor import command
from validator.measuring.sandbox import selftest, tiers

pytestmark = pytest.mark.slow


def test_every_tier_and_every_attempt_is_told(tmp_path):
    shown = CliRunner().invoke(command, ["--out", str(tmp_path), "--json"], standalone_mode=False)
    told = json.loads(shown.output)
    names = {check["name"] for check in told["checks"]}
    assert {"sandbox", "disk", "scratch", "shared memory", "accelerator", "Slurm", "AddNIST", "FID weights"} <= names
    assert {attempt["name"] for attempt in told["attempts"]} == set(selftest.SAYS)
    if tiers.choose() != "T3":
        assert all(attempt["ok"] for attempt in told["attempts"])


def test_an_attempt_that_went_through_is_the_first_thing_to_see(tmp_path, monkeypatch):
    found = selftest.attempts("T3")
    monkeypatch.setattr(selftest, "attempts", lambda tier: found)
    shown = CliRunner().invoke(command, ["--out", str(tmp_path)], standalone_mode=False)
    assert "OPEN     network-tcp" in shown.output
    assert shown.return_value == 1


def test_a_machine_on_which_no_tier_works_is_told_of(tmp_path, monkeypatch):
    broken = {tier: tiers.Found(tier=tier, works=False, detail="not permitted") for tier in ("T1", "T2", "T3")}
    monkeypatch.setattr(tiers, "tried", broken.__getitem__)
    shown = CliRunner().invoke(command, ["--out", str(tmp_path)], standalone_mode=False)
    assert "missing  sandbox" in shown.output
    assert "notebooks never run as root" in shown.output
    assert shown.return_value == 1
