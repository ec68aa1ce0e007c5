"""Which tier a cohort is executed in, and when it is refused."""

import os

import pytest

from validator.cli import preparing, sandbox_options
from validator.cli.exits import UsageProblem
from validator.measuring.probes import run_box
from validator.measuring.sandbox import tiers
from validator.measuring.sandbox.tiers import Found


@pytest.fixture
def only_t3(monkeypatch):
    found = (
        Found(tier="T1", works=False, detail="bwrap is not installed"),
        Found(tier="T2", works=False, detail="this kernel has no Landlock"),
        Found(tier="T3", works=True, detail="works"),
    )
    monkeypatch.setattr(tiers, "tried", {entry.tier: entry for entry in found}.__getitem__)


def test_a_cohort_without_walls_is_refused_with_the_reasons(only_t3):
    with pytest.raises(UsageProblem) as refused:
        sandbox_options.tier(wished="auto", allow_unsandboxed=False, submissions=2)
    for words in ("bwrap is not installed", "no Landlock", "--allow-unsandboxed", "--static"):
        assert words in str(refused.value)


def test_who_accepts_it_gets_it_and_is_told(only_t3, capsys):
    assert sandbox_options.tier(wished="auto", allow_unsandboxed=True, submissions=2) == "T3"
    assert "T3 rlimits and process group" in capsys.readouterr().err


def test_a_student_s_own_machine_needs_no_walls(only_t3):
    assert sandbox_options.tier(wished="auto", allow_unsandboxed=False, submissions=1) == "T3"


def test_a_tier_that_is_asked_for_is_not_replaced(only_t3):
    with pytest.raises(UsageProblem, match="bwrap is not installed"):
        sandbox_options.tier(wished="T1", allow_unsandboxed=True, submissions=1)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="an ordinary user's notebooks read as the user"
)
def test_data_that_the_account_inside_may_not_read_are_told_of_once(tmp_path, monkeypatch):
    closed = tmp_path / "train_x.npy"
    closed.write_bytes(b"x")
    closed.chmod(0o600)
    monkeypatch.setattr(run_box, "data_paths", lambda data: (closed,))
    with pytest.raises(UsageProblem, match=r"train_x\.npy; chmod"):
        preparing._readable_inside(tmp_path)
    closed.chmod(0o644)
    preparing._readable_inside(tmp_path)


def test_where_no_tier_works_not_even_the_last_there_is_a_way_out_in_words(monkeypatch):
    broken = {tier: Found(tier=tier, works=False, detail="mount /root: not permitted") for tier in ("T1", "T2", "T3")}
    monkeypatch.setattr(tiers, "tried", broken.__getitem__)
    with pytest.raises(UsageProblem, match="mount /root: not permitted; notebooks never run as root"):
        sandbox_options.tier(wished="auto", allow_unsandboxed=True, submissions=1)
