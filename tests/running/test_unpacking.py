"""Unpacking and reading are two stages that share a process when both are needed, and are measured alone when not."""

import errno
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.paper_variants import VARIANTS
from validator.evidence import Layout, Submission
from validator.measuring.probes.task import Task
from validator.measuring.sandbox.supervisor import landlock, seccomp
from validator.plan import ArchiveLimits, Plan, Role
from validator.running import stage, stages
from validator.running.result import StageResult, read_result
from validator.running.space import NO_SPACE
from validator.running.stage import measure
from validator.running.store import SCHEMA, Kept, Store
from validator.running.unpacking import is_whole, kept_unpacking

PLAN = Plan(roles=(Role(name="classifier", kind="notebook", stem="classifier", suffixes=(".py",)),))


@pytest.fixture
def task(tmp_path: Path) -> Task:
    given = tmp_path / "anna01.zip"
    with zipfile.ZipFile(given, "w") as archive:
        archive.writestr("anna01-classifier.py", "print(1)\n")
    (tmp_path / "out" / "anna01").mkdir(parents=True)
    submission = Submission(id="anna01", sha256="a", source=given.name)
    return Task(submission=submission, given=str(given), home=str(tmp_path / "out" / "anna01"), plan=PLAN)


def keep(task: Task, unpacked: Layout | None) -> None:
    unpack = stages.unpack_stage(task)
    Store(Path(task.home)).keep(
        Kept(
            schema=SCHEMA,
            stage=unpack.name,
            key=unpack.key,
            parts=dict(unpack.parts),
            result=StageResult(unpacked=unpacked),
            made_at="",
            host="",
            seconds=0.0,
        )
    )


def test_a_submission_that_was_never_unpacked_is_unpacked_and_read_in_one_process(task: Task) -> None:
    found = measure("static", task)
    assert found.unpacked == Layout()
    assert found.layout is not None
    assert [entry.path for entry in found.layout.files] == ["anna01-classifier.py"]


def test_one_that_was_unpacked_is_read_where_it_lies(task: Task) -> None:
    keep(task, measure("unpack", task).unpacked)
    before = task.unpacked.stat().st_ino
    found = measure("static", task)
    assert found.unpacked is None
    assert found.layout is not None
    assert task.unpacked.stat().st_ino == before


def test_what_unpacking_remarked_is_in_the_listing_whoever_unpacked(task: Task) -> None:
    with zipfile.ZipFile(task.given, "a") as archive:
        archive.writestr("__MACOSX/._anna01-classifier.py", "junk")
    together = measure("static", task).layout
    keep(task, measure("unpack", task).unpacked)
    apart = measure("static", task).layout
    assert together == apart
    assert together is not None
    assert "ignored-junk" in [flag.kind for flag in together.flags]


def test_a_refused_archive_is_not_tried_again(task: Task) -> None:
    task = replace(task, plan=replace(PLAN, archive=ArchiveLimits(archive_bytes=1)))
    keep(task, measure("unpack", task).unpacked)
    again = kept_unpacking(task)
    assert again is not None
    assert again.refused is not None
    found = measure("static", task)
    assert found.layout is not None
    assert found.layout.refused == again.refused


def test_other_limits_or_missing_files_are_no_unpacking(task: Task) -> None:
    keep(task, measure("unpack", task).unpacked)
    assert kept_unpacking(task) is not None
    assert kept_unpacking(replace(task, plan=replace(PLAN, archive=ArchiveLimits(depth=3)))) is None
    task.unpacked.rename(task.unpacked.with_name("gone"))
    assert kept_unpacking(task) is None


def test_names_without_their_content_are_not_whole(task: Task) -> None:
    layout = measure("static", task).layout
    assert layout is not None
    assert is_whole(task, layout)
    (task.unpacked / "anna01-classifier.py").write_bytes(b"")  # as a power cut may leave it
    assert not is_whole(task, layout)


def test_a_stage_on_a_full_disk_says_so_by_its_exit_code(
    task: Task, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> StageResult:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(stage, "die_with_parent", lambda: None)
    monkeypatch.setattr(stage, "measure", full)
    (tmp_path / "task.json").write_text(task.dumps())
    with pytest.raises(SystemExit) as ended:
        stage.main(["static", str(tmp_path / "task.json"), str(tmp_path / "result.json")])
    assert ended.value.code == NO_SPACE
    assert "No space left" in capsys.readouterr().err


REACHES = """
import sys
from pathlib import Path
from validator.running import stage
from validator.running.result import StageResult, read_result
def measure(name, task):
    Path(task.given).read_bytes()
    (Path(task.home) / "written").write_text("x")
    other = Path(task.given).with_name("other.zip")
    try:
        other.write_bytes(other.read_bytes() + b"changed")
    except PermissionError:
        return StageResult()
    raise AssertionError("another submission was in reach")
stage.measure = measure
stage.main(sys.argv[1:], alone=True)
"""


def test_a_paper_is_read_by_a_stage_that_no_warm_process_was_there_for(task: Task, tmp_path: Path) -> None:
    truth = VARIANTS["one-page"].write(tmp_path / "anna01-paper.pdf")
    with zipfile.ZipFile(task.given, "a") as archive:
        archive.write(tmp_path / "anna01-paper.pdf", "anna01-paper.pdf")
    paper = Role(name="paper", kind="paper", stem="paper", suffixes=(".pdf",))
    (tmp_path / "task.json").write_text(replace(task, plan=replace(PLAN, roles=(*PLAN.roles, paper))).dumps())
    result = Path(task.home) / "result.json"
    command = [
        sys.executable,
        "-P",
        "-m",
        "validator.running.stage",
        "static",
        str(tmp_path / "task.json"),
        str(result),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = read_result(result)
    assert found is not None
    readings = found.papers[0].readings
    assert readings["paper.pages_total"].value == readings["paper.pages_second"].value == truth.pages_total


@pytest.mark.skipif(not landlock.version() or not seccomp.available(), reason="this kernel has no Landlock")
@pytest.mark.parametrize("name", ["unpack", "static"])
def test_a_stage_that_reads_reaches_its_own_submission_only(task: Task, tmp_path: Path, name: str) -> None:
    (tmp_path / "other.zip").write_bytes(b"another student's")
    (tmp_path / "task.json").write_text(task.dumps())
    result = Path(task.home) / "result.json"
    command = [sys.executable, "-c", REACHES, name, str(tmp_path / "task.json"), str(result)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert result.is_file()
