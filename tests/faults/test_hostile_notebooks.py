"""Every hostile notebook gets its expected outcome in every tier with walls, and nothing of it stays."""

import os
from pathlib import Path

import pytest

from fixtures import hostile
from validator.evidence import Run, Submission
from validator.measuring import sandbox
from validator.measuring.probes.run import run
from validator.measuring.probes.task import Task
from validator.measuring.sandbox import tiers, walls
from validator.plan import Plan, RunLimits

WALLED = [entry.tier for entry in tiers.found() if entry.works and entry.tier != "T3"]

pytestmark = pytest.mark.slow


def executed(home: Path, notebook: hostile.Hostile, tier: sandbox.Tier) -> Run:
    (home / "submission").mkdir()
    (home / "submission" / "a.ipynb").write_text(notebook.notebook(), encoding="utf-8")
    limits = RunLimits(**{"wall_seconds": 90.0, **notebook.limits})
    task = Task(
        submission=Submission(id="abcd12", sha256="0" * 64, source="abcd12.zip"),
        given=str(home / "abcd12.zip"),
        home=str(home),
        tier=tier,
        plan=Plan(roles=(), device="cpu", run=limits),
    )
    return run(task, "meter", "a.ipynb")


def left_behind() -> list[str]:
    """Processes of a run whose folders are gone already."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        for word in words:
            name, _, value = word.partition(b"=")
            if name == b"VALIDATOR_AGENT" and not Path(os.fsdecode(value)).exists():
                found.append((entry / "cmdline").read_bytes().decode(errors="replace"))
    return found


@pytest.fixture
def neighbour() -> Path:
    """What must not change: another run's folder beside it."""
    folder = walls.scratch_root() / f"v-neighbour-{os.getpid()}"
    folder.mkdir()
    (folder / "evidence.json").write_text("{}")
    yield folder
    (folder / "evidence.json").unlink()
    folder.rmdir()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("tier", WALLED)
@pytest.mark.parametrize("notebook", hostile.corpus(), ids=lambda notebook: notebook.name)
def test_a_hostile_notebook_is_told_for_what_it_is(
    tmp_path: Path, neighbour: Path, notebook: hostile.Hostile, tier: sandbox.Tier
) -> None:
    found = executed(tmp_path, notebook, tier)
    told = (found.outcome, [cell.status for cell in found.cells])
    other = notebook.otherwise if walls.own_uid() is None else {}
    if not other or told != (other["outcome"], list(other["statuses"])):
        assert told == (notebook.outcome, list(notebook.statuses)), [found.detail, *found.cells]
        assert notebook.detail in found.detail
    assert set(notebook.flags) <= {flag.kind for flag in found.flags}, found.flags
    assert found.sandbox == sandbox.TIERS[tier]
    assert (neighbour / "evidence.json").read_text() == "{}"
    assert left_behind() == []
    if walls.own_uid() is not None or tier == "T1":
        assert [path for path in Path("/dev/shm").iterdir() if path.stat().st_uid == walls.own_uid()] == []


def test_every_hostile_notebook_says_what_it_does_and_which_fault_it_is() -> None:
    corpus = hostile.corpus()
    assert len(corpus) >= 30
    assert all(notebook.says.endswith(".") and 1 <= notebook.fault <= 33 and notebook.cells for notebook in corpus)
