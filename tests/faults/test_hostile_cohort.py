"""The hostile notebooks handed in as a cohort beside honest ones: each gets its outcome, and nobody else notices."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from fixtures import hostile
from tests.faults import batches
from validator.measuring.sandbox import TIERS, tiers, walls

LIMITS = {
    "wall_seconds": 20.0,
    "memory_bytes": 2_000_000_000,
    "file_bytes": 10_000_000,
    "disk_bytes": 50_000_000,
    "processes": 100,
    "output_bytes": 100_000,
}
"""A rubric has one set for all: the smallest that each notebook names, where it leaves the others alone."""
LEFT_OUT = {
    "floods_in_many_messages": "how long a hundred thousand lines take is the machine's to say, not this limit's",
    "its_children_take_all_memory": "below its limit of memory another one could not print what floods",
    "floods_through_a_subprocess": "its lines take longer than the notebooks that hang should have to wait",
}
HANDFUL = (
    "exits_at_once",
    "hides_its_errors",
    "kills_its_driver",
    "leaves_children_behind",
    "looks_for_other_submissions",
    "writes_outside_its_folder",
)
WALLED = [entry.tier for entry in tiers.found() if entry.works and entry.tier != "T3"]

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not WALLED, reason="no tier with walls works here")]


def told(found: Mapping[str, object]) -> tuple[object, list[object]]:
    """Outcome and statuses of the only run."""
    (run,) = found["runs"]
    return run["outcome"], [cell["status"] for cell in run["cells"]]


def expected(notebook: hostile.Hostile) -> list[tuple[object, list[object]]]:
    """How it may end: where the account is not the box's own the kernel refuses less."""
    usual = (notebook.outcome, list(notebook.statuses))
    other = notebook.otherwise if walls.own_uid() is None else {}
    return [usual, (other["outcome"], list(other["statuses"]))] if other else [usual]


def as_expected(notebook: hostile.Hostile, found: Mapping[str, object], tier: str) -> None:
    (run,) = found["runs"]
    assert found["faults"] == [], notebook.name
    assert told(found) in expected(notebook), (notebook.name, run)
    if told(found) == expected(notebook)[0] and "wall_seconds" not in notebook.limits:
        assert notebook.detail in run["detail"], notebook.name
    assert set(notebook.flags) <= {flag["kind"] for flag in run["flags"]}, (notebook.name, run["flags"])
    assert run["sandbox"] == TIERS[tier]


def marked_whole(tmp_path: Path, corpus: list[hostile.Hostile], tier: str, *, within_seconds: float) -> None:
    """Hand in these notebooks and the honest ones, twice, and the honest ones alone."""
    notebooks = {each.name: each.notebook() for each in corpus} | batches.honest()
    names = batches.pack(tmp_path / "in", notebooks)
    rubric, out = batches.rubric(tmp_path, **LIMITS), tmp_path / "out"
    with batches.own_scratch() as scratch:
        head = batches.started(tmp_path / "in", rubric, out, scratch=scratch, tier=tier)
        batches.finished(head, within_seconds=within_seconds)
        assert batches.gone(scratch, within_seconds=1.0)
        assert list(scratch.iterdir()) == []
        for notebook in corpus:
            as_expected(notebook, batches.evidence(out, names[notebook.name]), tier)
        assert batches.torn(out) == []
        honest = [names[name] for name in batches.honest()]
        beside = {name: batches.timeless(batches.evidence(out, name)) for name in honest}
        again(tmp_path, rubric, out, scratch=scratch, tier=tier)
        for path in (tmp_path / "in").iterdir():
            if path.stem not in honest:
                path.unlink()
        alone = tmp_path / "alone"
        last = batches.started(tmp_path / "in", rubric, alone, scratch=scratch, tier=tier)
        assert last.communicate(timeout=120)[0] is not None
        assert {name: batches.timeless(batches.evidence(alone, name)) for name in honest} == beside
        assert all(told(found)[0] == "finished" for found in beside.values())


def again(tmp_path: Path, rubric: Path, out: Path, *, scratch: Path, tier: str) -> None:
    """The same command once more starts nothing and says the same, byte for byte."""
    homes = [path for path in out.iterdir() if (path / "report.json").exists()]
    before = {home.name: (batches.attempts(out, home.name), (home / "report.json").read_bytes()) for home in homes}
    assert len(before) == len(list((tmp_path / "in").iterdir()))
    head = batches.started(tmp_path / "in", rubric, out, scratch=scratch, tier=tier)
    said = batches.finished(head, within_seconds=60)
    assert "measuring" not in said
    assert before == {
        home.name: (batches.attempts(out, home.name), (home / "report.json").read_bytes()) for home in homes
    }


@pytest.mark.timeout(600)
def test_every_hostile_notebook_is_marked_and_its_neighbours_do_not_notice(tmp_path: Path) -> None:
    corpus = [each for each in hostile.corpus() if each.name not in LEFT_OUT]
    marked_whole(tmp_path, corpus, WALLED[0], within_seconds=400)


@pytest.mark.timeout(300)
@pytest.mark.skipif("T2" not in WALLED, reason="this kernel has no Landlock")
def test_in_the_second_tier_too(tmp_path: Path) -> None:
    corpus = [each for each in hostile.corpus() if each.name in HANDFUL]
    marked_whole(tmp_path, corpus, "T2", within_seconds=120)


def test_what_is_left_out_of_the_cohort_is_there_and_has_its_reason() -> None:
    names = {each.name for each in hostile.corpus()}
    assert set(LEFT_OUT) | set(HANDFUL) <= names
    assert all(LEFT_OUT.values())
