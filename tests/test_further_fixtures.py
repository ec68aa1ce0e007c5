"""Every golden hand-in of a further rubric is wrong in exactly the way its expected.toml says; every clause has one."""

import subprocess
import sys
from pathlib import Path

import pytest

from fixtures import comparing, further
from validator.marking import load_rubric
from validator.marking.absence import STAGES, STATIC

HAND_INS = further.hand_ins()
FOLDERS = further.folders()


def out_of(folder: Path, hand_in: further.HandIn) -> Path:
    groups = sorted({one.group for one in HAND_INS})
    return folder / str(groups.index(hand_in.group))


@pytest.fixture(scope="session")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of all hand-ins: one call of the command line for each rubric and its options."""
    folder = tmp_path_factory.mktemp("further")
    for hand_in in HAND_INS:
        further.write(out_of(folder, hand_in) / "zips", hand_in)
    for rubric, options in sorted({one.group for one in HAND_INS}):
        here = out_of(folder, next(one for one in HAND_INS if one.group == (rubric, options)))
        wanted = ["--rubric", rubric, "--static", "--out", str(here / "out"), *options]
        command = [sys.executable, "-m", "validator", str(here / "zips"), *wanted]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        assert done.returncode in (0, 1), done.stderr[-4000:]
    return folder


@pytest.mark.parametrize("hand_in", HAND_INS, ids=lambda hand_in: hand_in.name)
def test_a_hand_in_is_marked_as_expected(hand_in: further.HandIn, marked: Path) -> None:
    assert comparing.differences(out_of(marked, hand_in) / "out", hand_in) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_rubric_has_a_clean_hand_in(folder: Path) -> None:
    clean = further.load(folder / "clean")
    assert not clean.expect.get("fails")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_clause_judged_without_a_run_is_failed_by_a_hand_in_or_has_a_reason(folder: Path) -> None:
    mine = [hand_in for hand_in in HAND_INS if hand_in.name.startswith(f"{folder.name}/")]
    failed = {clause for hand_in in mine for clause in hand_in.expect.get("fails", {})}
    clauses = load_rubric(mine[0].rubric).clauses
    static = {clause.id for clause in clauses if set(STAGES[clause.rule.split("/")[0]]) <= {STATIC}}
    excused = further.reasons(folder)
    assert not static - failed - set(excused), f"no hand-in fails them, and {further.REASONS} gives no reason"
    assert not set(excused) - {clause.id for clause in clauses}, "reasons for clauses that are not there"
    assert not set(excused) & failed, "reasons for clauses that a hand-in does fail"


def test_the_user_names_of_one_rubric_differ() -> None:
    names = [(hand_in.rubric, hand_in.username) for hand_in in HAND_INS]
    assert len(set(names)) == len(names)


def test_the_same_hand_in_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (further.write(tmp_path / way, HAND_INS[0]).read_bytes() for way in "ab")
    assert first == second
