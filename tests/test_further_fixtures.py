"""Every golden hand-in of a further rubric is wrong in exactly the way its expected.toml says; every clause has one."""

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures import comparing, further
from validator.marking import load_rubric
from validator.marking.absence import STAGES, STATIC

EVERY = further.hand_ins()
HAND_INS = [hand_in for hand_in in EVERY if hand_in.static]
"""Those about a run are executed by the tests of their course."""
FOLDERS = further.folders()
SECONDS = 1800
Marked = Callable[[further.HandIn], Path]


@pytest.fixture(scope="session")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Marked:
    """Marks all hand-ins of one rubric and its options together, in one call, when the first of them is asked for."""
    done: dict[tuple[str, tuple[str, ...]], Path] = {}

    def out_of(hand_in: further.HandIn) -> Path:
        if hand_in.group not in done:
            done[hand_in.group] = validated(tmp_path_factory.mktemp("further"), hand_in.group)
        return done[hand_in.group]

    return out_of


def validated(folder: Path, group: tuple[str, tuple[str, ...]]) -> Path:
    for hand_in in HAND_INS:
        if hand_in.group == group:
            further.write(folder / "zips", hand_in)
    rubric, options = group
    wanted = ["--rubric", rubric, "--static", "--out", str(folder / "out"), *options]
    command = [sys.executable, "-m", "validator", str(folder / "zips"), *wanted]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
    assert done.returncode in (0, 1), done.stderr[-4000:]
    return folder / "out"


@pytest.mark.timeout(SECONDS)
@pytest.mark.parametrize("hand_in", HAND_INS, ids=lambda hand_in: hand_in.name)
def test_a_hand_in_is_marked_as_expected(hand_in: further.HandIn, marked: Marked) -> None:
    lacking = [name for name in hand_in.needs if importlib.util.find_spec(name) is None]
    if lacking:
        pytest.skip(f"{', '.join(lacking)} is not installed: it measures what this hand-in is about")
    assert comparing.differences(marked(hand_in), hand_in) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_rubric_has_a_clean_hand_in(folder: Path) -> None:
    clean = further.load(folder / "clean")
    assert not clean.expect.get("fails")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_clause_judged_without_a_run_is_failed_by_a_hand_in_or_has_a_reason(folder: Path) -> None:
    mine = [hand_in for hand_in in EVERY if hand_in.name.startswith(f"{folder.name}/")]
    failed = {clause for hand_in in mine for clause in hand_in.expect.get("fails", {})}
    clauses = load_rubric(mine[0].rubric).clauses
    static = {clause.id for clause in clauses if set(STAGES[clause.rule.split("/")[0]]) <= {STATIC}}
    excused = further.reasons(folder)
    assert not static - failed - set(excused), f"no hand-in fails them, and {further.REASONS} gives no reason"
    assert not set(excused) - {clause.id for clause in clauses}, "reasons for clauses that are not there"
    assert not set(excused) & failed, "reasons for clauses that a hand-in does fail"


def test_the_user_names_of_one_rubric_differ() -> None:
    names = [(hand_in.rubric, hand_in.username) for hand_in in EVERY]
    assert len(set(names)) == len(names)


def test_the_same_hand_in_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (further.write(tmp_path / way, HAND_INS[0]).read_bytes() for way in "ab")
    assert first == second
