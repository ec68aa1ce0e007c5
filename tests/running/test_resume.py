"""A second call measures what changed and nothing else, and says which change made it measure again."""

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from tests.running.tiny import PLAN, Cohort, given, lasting
from validator.evidence import Layout
from validator.measuring.probes.task import Task
from validator.plan import ArchiveLimits, PaperLimits, RunLimits
from validator.running import stages
from validator.running.attempts import Attempts
from validator.running.store import Store

STAGES = ("static", "run-classifier", "run-generator", "score-classifier", "score-samples")


@pytest.fixture(autouse=True)
def known_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking git and looking through what is installed take longer than everything else here."""
    monkeypatch.setattr("validator.running.cohort.versions", lambda: {"validator": "1"})
    monkeypatch.setattr("validator.running.cohort.run_extra_missing", lambda: "")


@pytest.fixture
def cohort(tmp_path: Path) -> Cohort:
    cohort = Cohort(tmp_path / "out", "anna01")
    cohort.measured()
    return cohort


def test_the_first_call_measures_every_stage(cohort: Cohort) -> None:
    assert cohort.started() == ["unpack", *STAGES]


def test_the_same_zip_twice_is_measured_once(cohort: Cohort) -> None:
    before = cohort.measured()
    assert cohort.said == []
    assert cohort.measured() == before


@pytest.mark.parametrize(
    ("change", "again"),
    [
        ({"run": RunLimits(wall_seconds=60.0)}, ["run-classifier", "run-generator"]),
        ({"seed": 7}, ["run-generator", "score-samples"]),
        ({"samples": 500}, ["run-generator", "score-samples"]),
        ({"neighbours": 3}, ["score-samples"]),
        ({"paper": PaperLimits(pages=3)}, ["static"]),
        ({"archive": ArchiveLimits(depth=3)}, ["unpack", "static"]),
        ({"smoke_steps": 9}, []),
    ],
)
def test_a_changed_plan_measures_again_what_depends_on_it(
    cohort: Cohort, change: dict[str, object], again: list[str]
) -> None:
    cohort.measured(plan=replace(PLAN, **change))  # type: ignore[arg-type]
    assert cohort.started() == again


@pytest.mark.parametrize(
    ("change", "again"),
    [
        ({"data_key": "other data"}, ["run-classifier", "run-generator", "score-classifier", "score-samples"]),
        ({"weights_key": "other weights"}, ["score-samples"]),
    ],
)
def test_other_data_or_weights_measure_again_what_depends_on_them(
    cohort: Cohort, change: dict[str, object], again: list[str]
) -> None:
    cohort.measured(**change)
    assert cohort.started() == again


def test_the_reason_names_the_part_and_what_of_it_changed(cohort: Cohort) -> None:
    cohort.measured(plan=replace(PLAN, run=RunLimits(wall_seconds=60.0)))
    why = "measuring again: limits of a run changed (wall_seconds 14400.0 -> 60.0)"
    assert f"anna01: run-classifier: {why}" in cohort.said


@pytest.mark.parametrize("name", ["unpack", "static", "run", "score"])
def test_a_raised_version_of_one_stage_measures_that_stage_again_and_says_so(
    cohort: Cohort, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before = stages.VERSIONS[name]
    monkeypatch.setitem(stages.VERSIONS, name, before + 1)
    cohort.measured()
    again = [stage for stage in cohort.started() if not stage.startswith(name)]
    assert again == (["static"] if name == "unpack" else [])  # other files may have been unpacked
    assert f"stage version changed ({before} -> {before + 1})" in " ".join(cohort.said)


def test_another_harness_measures_nothing_again_by_itself(cohort: Cohort, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("validator.running.cohort.versions", lambda: {"validator": "9.9", "commit": "new"})
    (found,) = cohort.measured().values()
    assert cohort.said == []
    assert found.harness.version != "9.9"


@pytest.mark.parametrize("part", ["environment", "tier"])
def test_another_environment_or_sandbox_is_another_run_and_nothing_else(part: str) -> None:
    task = Task(submission=given("anna01")[0].submission, given="", home="/nowhere", plan=PLAN)
    other = replace(task, **{part: "other"})
    layout = Layout(roles={"classifier": ("a.ipynb",)})
    (run,) = stages.run_stages(task, layout, data_key="")
    (another,) = stages.run_stages(other, layout, data_key="")
    assert run.key != another.key
    assert stages.static_stage(task) == stages.static_stage(other)


def test_unpacked_files_that_are_gone_are_unpacked_again_alone(cohort: Cohort) -> None:
    (cohort.settings.out / "anna01" / "submission").rmdir()
    cohort.measured()
    assert cohort.said == ["anna01: unpack: measuring again: its files are gone"]


def test_force_measures_all_again_and_says_so(cohort: Cohort) -> None:
    cohort.measured(force=True)
    assert cohort.started() == ["unpack", *STAGES]
    assert all("--force" in line for line in cohort.said)


def test_what_a_run_handed_out_is_not_scored_when_another_run_replaced_it(
    cohort: Cohort, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(cohort.settings.out / "anna01")
    kept = store.read("run-generator")
    assert kept is not None
    store.keep(replace(kept, result=replace(kept.result, handed="the digest of what is gone")))
    cohort.measured(weights_key="other weights")
    assert "anna01: run-generator: measuring again: what it had handed out is gone" in cohort.said


def test_a_stage_that_fails_is_tried_twice_and_a_notebooks_own_failure_once(tmp_path: Path) -> None:
    (found,) = Cohort(tmp_path / "out", "broken").measured().values()
    attempts = Attempts(tmp_path / "out" / "broken" / "stages").all()
    assert [fault.stage for fault in found.faults] == ["run-classifier", "run-generator"]
    assert [attempt.number for attempt in attempts if attempt.stage == "run-classifier"] == [1, 2]
    assert {attempt.ended for attempt in attempts if attempt.stage.startswith("run")} == {"failed (code 9)"}


def test_time_that_jumps_moves_no_limit_and_no_duration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jumps = itertools.cycle((0.0, 3600.0, -7200.0, 86_400.0))  # a summer, a winter, a battery
    monkeypatch.setattr("time.time", lambda: 1.7e9 + next(jumps))
    cohort = Cohort(tmp_path / "out", "anna01", processes=True)
    (found,) = cohort.measured().values()
    seconds = [attempt.seconds for attempt in Attempts(tmp_path / "out" / "anna01" / "stages").all()]
    assert not found.faults
    assert all(each is not None and 0 <= each < 60 for each in seconds)
    assert lasting([found]) == lasting(cohort.measured().values())
    assert cohort.said == []
