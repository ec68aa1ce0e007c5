"""Environments that nobody needs go, and only those: not a rubric's own, not one in use, not one chosen lately."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from validator.running.environments import making, pruning, record, using
from validator.running.environments.asked import Asked
from validator.running.environments.places import NotBuilt
from validator.running.environments.record import Environment

WANTED = {"small": ("beta",)}
CHOOSES = """
import sys
from pathlib import Path
from validator.running.environments import record, using
using.chosen(record.read(Path(sys.argv[1])))
print("chosen", flush=True)
sys.stdin.read()
"""


def silent(line: str) -> None:
    """Nobody listens."""


@pytest.fixture
def aged(envs: Path) -> Callable[..., Environment]:
    """Lays an environment there as an earlier process of some agent made it, chosen so many days ago."""

    def made(*packages: str, days: float, agent: str = "", made_at: str = "2026-01-01") -> Environment:
        asked = Asked(packages=packages)
        folder = envs / f"{asked.digest[:16]}-{(agent or making.agent_digest())[:8]}"
        (folder / "venv" / "bin").mkdir(parents=True)
        (folder / "venv" / "bin" / "python").symlink_to(sys.executable)
        (folder / "venv" / "payload").write_bytes(bytes(1000))
        document = Environment(
            folder=str(folder),
            asked=asked.digest,
            agent=agent or making.agent_digest(),
            packages=tuple(sorted(packages)),
            constrained=False,
            python=".".join(map(str, sys.version_info[:3])),
            base=sys.base_prefix,
            frozen=("beta==1",),
            digest="0",
            installer="pip",
            self_contained=False,
            made_at=made_at,
            seconds=1.0,
        )
        record.write(document)
        making.sealing.sealed(folder)
        before = time.time() - days * pruning.DAY_SECONDS
        os.utime(folder / record.FILE_NAME, (before, before))
        return document

    return made


def prune(remove: bool = True, wanted: Mapping[str, tuple[str, ...]] = WANTED, days: float = 14) -> dict[str, bool]:
    """Whether each goes, by its folder."""
    found = pruning.pruned(wanted, unused_days=days, remove=remove, tell=silent)
    return {each.folder: each.goes for each in found}


def test_what_no_rubric_needs_and_nobody_chose_for_long_goes(envs: Path, aged: Callable[..., Environment]) -> None:
    own = aged("beta", days=90)
    former = aged("beta", days=90, agent="f" * 64, made_at="2025-01-01")
    single, young = aged("gamma", days=15), aged("delta", days=13)
    found = pruning.pruned(WANTED, unused_days=14, remove=True, tell=silent)
    assert {each.folder for each in found if each.goes} == {former.folder, single.folder}
    assert {path.name for path in envs.iterdir() if path.is_dir()} == {Path(e.folder).name for e in (own, young)}
    whys = {each.folder: each.why for each in found}
    assert whys[own.folder] == "what small runs in"
    assert whys[young.folder] == "chosen 13 days ago, less than 14 days"
    assert "15 days ago" in whys[single.folder]
    freed = next(each.bytes for each in found if each.folder == single.folder)
    assert 1000 < freed < 4000


def test_a_former_agents_copy_is_kept_where_it_is_all_a_rubric_has(aged: Callable[..., Environment]) -> None:
    """It is renewed by hard links, and nothing need be installed again."""
    assert prune() == {}
    only = aged("beta", days=90, agent="f" * 64)
    assert prune() == {only.folder: False}


def test_what_a_living_process_has_chosen_stays_however_old_its_note_is(aged: Callable[..., Environment]) -> None:
    old = aged("gamma", days=0)
    user = subprocess.Popen(
        [sys.executable, "-c", CHOOSES, old.folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert user.stdout is not None
    assert user.stdout.readline() == "chosen\n"
    os.utime(Path(old.folder) / record.FILE_NAME, (0, 0))
    assert prune(days=0) == {old.folder: False}
    user.communicate("")
    assert prune() == {old.folder: True}


def test_a_dry_run_removes_nothing(aged: Callable[..., Environment]) -> None:
    old = aged("gamma", days=90)
    assert prune(remove=False) == {old.folder: True}
    assert record.read(Path(old.folder)) is not None
    assert prune(remove=False, days=91) == {old.folder: False}


def test_files_shared_with_one_that_stays_free_nothing(aged: Callable[..., Environment]) -> None:
    own, former = aged("beta", days=0), aged("beta", days=90, agent="f" * 64)
    shared = Path(own.folder) / "venv" / "payload"
    (Path(former.folder) / "venv").chmod(0o755)
    (Path(former.folder) / "venv" / "payload").unlink()
    (Path(former.folder) / "venv" / "payload").hardlink_to(shared)
    found = {each.folder: each for each in pruning.pruned(WANTED, unused_days=14, remove=True, tell=silent)}
    assert found[former.folder].goes
    assert found[former.folder].bytes < 1000
    assert shared.read_bytes() == bytes(1000)


def test_one_that_is_being_removed_cannot_be_chosen(aged: Callable[..., Environment]) -> None:
    old = aged("gamma", days=90)
    with using.unused(old) as free:
        assert free
        with pytest.raises(NotBuilt, match="being removed"):
            using.chosen(old)
    assert using.chosen(old) == old
    with using.unused(old) as free:
        assert not free


def test_what_a_kill_leaves_half_removed_is_no_environment_and_goes_next(
    envs: Path, aged: Callable[..., Environment], monkeypatch: pytest.MonkeyPatch
) -> None:
    aged("gamma", days=90)
    with monkeypatch.context() as patch:
        patch.setattr(making.sealing, "removed", lambda folder: None)
        prune()
    assert [path.name.startswith(making.UNFINISHED) for path in envs.iterdir() if path.is_dir()] == [True]
    assert prune() == {}
    assert not any(path.is_dir() for path in envs.iterdir())
