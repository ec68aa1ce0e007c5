"""Handing in and finding out, with a few lines of shell in the place of Slurm: what is finished or under way is not
handed in again, and what is lost is a fault of the harness."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from validator import evidence
from validator.evidence import Submission
from validator.plan import Plan, Role
from validator.running import slurm_cohort
from validator.running.cohort import Given, Settings, given_up
from validator.running.engines import slurm_ledger
from validator.running.engines.slurm import Request, SlurmError
from validator.running.engines.slurm_ledger import read_ledger, slurm_folder, write_ledger
from validator.running.slurm_cohort import HandedIn, evidence_of, hand_in, survey
from validator.running.slurm_task import Note, State, note_path, write_note

pytest.importorskip("submitit", reason="validator[slurm] is not installed")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="the stand-in for sbatch is a shell script")

PLAN = Plan(roles=(Role(name="classifier", kind="notebook", stem="classifier", suffixes=(".ipynb",)),), device="cpu")
REQUEST = Request(walltime_minutes=60)

TAKES = 'folder=$(dirname "$0"); echo . >> "$folder/taken"; echo "Submitted batch job $(wc -l < "$folder/taken")"'
REFUSES = "echo 'sbatch: error: invalid partition specified: nowhere' >&2; exit 1"

Programs = Callable[[str], None]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """Make `sbatch` this; there is a `srun` that submitit looks for, and no `squeue`."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def made(sbatch: str) -> None:
        for name, body in (("sbatch", sbatch), ("srun", "exit 1")):
            (folder / name).write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{body}\n")
            (folder / name).chmod(0o755)

    made(TAKES)
    return made


@pytest.fixture
def out(tmp_path: Path, programs: Programs) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def given(name: str) -> Given:
    return Given(submission=Submission(id=name, sha256=name, source=f"{name}.zip"), path=Path(name))


def handed(out: Path, *names: str, force: bool = False, plan: Plan = PLAN, request: Request = REQUEST) -> HandedIn:
    settings = Settings(plan=plan, out=out, force=force)
    return hand_in([given(name) for name in names], settings, request, rubric="r")


def task_path(out: Path, name: str) -> Path:
    return slurm_folder(out) / survey(out)[name].entry.task


def note(out: Path, name: str, state: State, *, job: str = "1_0") -> None:
    now = slurm_ledger.now().isoformat()
    its = Note(state=state, job=job, restarts=0, host="node1", started_at=now, changed_at=now)
    write_note(task_path(out, name), its)


def finish(out: Path, name: str) -> None:
    """What a task leaves that finished."""
    found = replace(given_up(given(name), Settings(plan=PLAN, out=out), "x"), faults=())
    (out / name / "evidence.json").write_text(evidence.dumps(found))
    note(out, name, "finished")


def later(monkeypatch: pytest.MonkeyPatch, **time: float) -> None:
    moment = slurm_ledger.now() + timedelta(**time)
    monkeypatch.setattr(slurm_ledger, "now", lambda: moment)


def test_one_array_takes_all_and_each_task_is_known_by_its_job(out: Path) -> None:
    made = handed(out, "anna01", "bert02")
    assert made.jobs == ("1",)
    assert {name: seen.job for name, seen in survey(out).items()} == {"anna01": "1_0", "bert02": "1_1"}


def test_nothing_under_way_is_handed_in_twice(out: Path) -> None:
    handed(out, "anna01")
    again = handed(out, "anna01", "bert02")
    assert again.under_way == ("anna01",)
    assert [entry.submission for entry in again.submitted] == ["bert02"]


def test_what_finished_is_handed_in_again_only_when_forced_or_when_other_measurements_are_asked(out: Path) -> None:
    handed(out, "anna01")
    finish(out, "anna01")
    assert handed(out, "anna01").finished == ("anna01",)
    assert handed(out, "anna01", plan=replace(PLAN, samples=5)).finished == ()
    finish(out, "anna01")
    assert handed(out, "anna01", plan=replace(PLAN, samples=5), force=True).finished == ()


def test_another_walltime_is_no_other_measurement(out: Path) -> None:
    handed(out, "anna01")
    finish(out, "anna01")
    assert handed(out, "anna01", request=replace(REQUEST, walltime_minutes=90)).finished == ("anna01",)


def test_a_fault_is_tried_again(out: Path) -> None:
    handed(out, "anna01")
    finish(out, "anna01")
    given_up(given("anna01"), Settings(plan=PLAN, out=out), "the harness failed")
    assert [entry.submission for entry in handed(out, "anna01").submitted] == ["anna01"]


def test_other_settings_wait_for_what_is_under_way(out: Path) -> None:
    handed(out, "anna01")
    with pytest.raises(SlurmError, match="scancel 1"):
        handed(out, "anna01", plan=replace(PLAN, samples=5))


def test_a_task_that_nobody_can_tell_of_is_given_up_after_its_walltime_and_handed_in_again(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed(out, "anna01")
    first = task_path(out, "anna01")
    assert survey(out)["anna01"].standing.state == "waiting"
    later(monkeypatch, minutes=66)
    lost = survey(out)["anna01"]
    assert lost.standing.kind == "slurm-lost"
    found = evidence_of(lost, out)
    assert found is not None
    assert found.faults[0].what.startswith("slurm-lost: it never began")
    assert evidence.load(out / "anna01" / "evidence.json") == found
    handed(out, "anna01")
    assert not first.exists(), "should it begin after all, it finds nothing to do"
    assert survey(out)["anna01"].standing.state == "waiting"


def test_a_result_that_comes_after_a_task_was_given_up_counts(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handed(out, "anna01")
    later(monkeypatch, minutes=66)
    evidence_of(survey(out)["anna01"], out)
    finish(out, "anna01")
    found = evidence_of(survey(out)["anna01"], out)
    assert found is not None
    assert found.faults == ()


def test_a_finished_task_whose_evidence_is_torn_is_a_fault(out: Path) -> None:
    handed(out, "anna01")
    finish(out, "anna01")
    (out / "anna01" / "evidence.json").write_text("{")
    found = evidence_of(survey(out)["anna01"], out)
    assert found is not None
    assert "slurm-lost: it finished, but" in found.faults[0].what


def test_a_head_that_died_while_it_submitted_leaves_nothing_unknown(out: Path) -> None:
    handed(out, "anna01", "bert02")
    ledger = read_ledger(out)
    assert ledger is not None
    write_ledger(out, replace(ledger, entries=tuple(replace(entry, job="") for entry in ledger.entries)))
    note(out, "bert02", "running", job="1_1")  # Slurm had taken it
    seen = survey(out)
    assert (seen["anna01"].standing.state, seen["bert02"].standing.state) == ("lost", "running")
    assert seen["bert02"].job == "1_1"
    assert [entry.submission for entry in handed(out, "anna01", "bert02").submitted] == ["anna01"]


def test_a_refusal_leaves_everything_as_it_was(out: Path, programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    handed(out, "anna01")
    later(monkeypatch, minutes=66)
    before = survey(out)
    programs(REFUSES)
    with pytest.raises(SlurmError, match="invalid partition specified: nowhere"):
        handed(out, "anna01", "bert02")
    assert survey(out) == before
    assert evidence_of(before["anna01"], out) is not None


def test_more_than_an_array_holds_is_several(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slurm_cohort.slurm, "LONGEST_ARRAY", 2)
    made = handed(out, "anna01", "bert02", "carl03", request=replace(REQUEST, parallel=1))
    assert made.jobs == ("1", "2")
    assert [entry.job for entry in made.submitted] == ["1_0", "1_1", "2"]
    assert [entry.turns for entry in made.submitted] == [1, 2, 1]


def test_the_batch_file_asks_for_what_was_requested_and_never_runs_the_notebooks_folder(out: Path) -> None:
    asked = replace(
        REQUEST,
        partition="res",
        gres="gpu:1",
        memory="20G",
        cpus=3,
        setup="module load cuda",
        extra=(("qos", "short"),),
    )
    handed(out, "anna01", "bert02", request=asked)
    text = next(slurm_folder(out).glob("*/1_submission.sh")).read_text()
    options = {line.removeprefix("#SBATCH ") for line in text.splitlines() if line.startswith("#SBATCH")}
    wanted = {"--partition=res", "--gres=gpu:1", "--mem=20G", "--cpus-per-task=3", "--qos=short", "--time=60"}
    assert wanted <= options
    assert text.index("module load cuda") < text.index("exec ")
    assert " -P -u -m submitit" in text
    assert "srun" not in text


def test_a_task_file_that_somebody_removed_is_no_evidence(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handed(out, "anna01")
    path = task_path(out, "anna01")
    path.unlink()
    note_path(path).unlink(missing_ok=True)
    later(monkeypatch, minutes=66)
    assert evidence_of(survey(out)["anna01"], out) is None
