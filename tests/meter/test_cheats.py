"""Every cheat of the corpus is counted right or flagged, except those that are named as residue, which still pass.

Each takes a process of its own with torch in it, 20 minutes of one core together: half of them have their turn with
each commit, all with `make cheats`.
"""

import os
import subprocess
from pathlib import Path

import pytest

from fixtures import cheats
from fixtures.cheats import Cheat, table
from tests.meter import cheating, pythons
from tests.meter.cheating import Attempt

CORPUS = cheats.corpus()
WHICH = os.environ.get("VALIDATOR_CHEATS", "")
"""`all`, or nothing for the half whose turn it is."""

slow = pytest.mark.slow


def turn() -> int:
    """0 or 1, by the commit: every run of one commit tries the same half."""
    asked = ["git", "rev-parse", "HEAD"]
    try:
        told = subprocess.run(asked, cwd=Path(__file__).parent, capture_output=True, text=True, check=False).stdout
    except OSError:
        told = ""
    return int(told.strip() or "0", 16) % 2


TURN = turn()
ATTEMPTED = [
    pytest.param(
        cheat,
        id=cheat.name,
        marks=pytest.mark.skipif(
            WHICH != "all" and number % 2 != TURN, reason="its turn comes with another commit: `make cheats` tries all"
        ),
    )
    for number, cheat in enumerate(CORPUS)
]


@pytest.fixture(scope="session")
def python(tmp_path_factory) -> Path:
    return cheating.environment(tmp_path_factory.mktemp("environment") / "venv", pythons.newest())


@pytest.fixture(scope="session")
def home(tmp_path_factory, python: Path) -> Path:
    folder = tmp_path_factory.mktemp("home")
    cheating.made_at_home(folder, python)
    return folder


@pytest.fixture(scope="session")
def warm(request, tmp_path_factory, python: Path) -> dict[str, Attempt]:
    """What was seen of each selected cheat that can share a process."""
    selected = [item.callspec.params.get("cheat") for item in request.session.items if hasattr(item, "callspec")]
    chosen = [cheat for cheat in CORPUS if cheat in selected and cheating.is_together(cheat)]
    chosen = [cheat for cheat in chosen if not cheating.missing(cheat, python)]
    return cheating.together(chosen, tmp_path_factory.mktemp("warm"), python=pythons.newest())


@pytest.fixture
def found(cheat: Cheat, python: Path, tmp_path: Path, request) -> Attempt:
    """What was seen of one cheat, which did run."""
    if need := cheating.missing(cheat, python):
        pytest.skip(need)
    if cheating.is_together(cheat):
        attempt = request.getfixturevalue("warm")[cheat.name]
    else:
        home = request.getfixturevalue("home") if cheat.at_home else None
        attempt = cheating.attempted(cheat, tmp_path, python=python, home=home)
    assert "accuracy" in attempt.stdout, f"it does not even run: {attempt.stderr[-2000:]}"
    return attempt


@slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("cheat", ATTEMPTED)
def test_a_cheat_is_counted_right_or_flagged(cheat: Cheat, found: Attempt) -> None:
    told = f"{found.steps} steps of {cheat.steps}, {sorted(found.ways)}, {found.judgement.flags}"
    if cheat.residue:
        assert not found.caught, f"it is caught by now, and no residue any more: {told}"
    else:
        assert set(cheat.seen) & found.ways, told
        assert found.caught, f"what is seen of it would let it pass: {told}"


def test_the_corpus_is_large_and_each_cheat_says_what_it_does() -> None:
    assert len(CORPUS) >= 100
    assert {cheat.family for cheat in CORPUS} == set(table.FAMILIES)
    assert all(cheat.says.endswith(".") for cheat in CORPUS)
    assert all(set(cheat.seen) & (cheating.HARD | {*cheats.WAYS}) for cheat in CORPUS if not cheat.residue)


def test_the_published_catch_rate_is_the_corpus_s_own() -> None:
    document = table.DOCUMENT.read_text(encoding="utf-8")
    assert document == table.filled(document, CORPUS), "python -m fixtures.cheats.table"


def test_every_flag_that_no_honest_training_raises_is_explained() -> None:
    document = table.DOCUMENT.read_text(encoding="utf-8")
    assert [kind for kind in sorted(cheating.HARD) if f"`{kind}`" not in document] == []
