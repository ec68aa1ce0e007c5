"""Promises of the table of faults that no single part keeps alone: each is tried where a marker would notice."""

import itertools
import os
import subprocess
import sys
import sysconfig
import time
import zipfile
from pathlib import Path

import pytest

from fixtures import archives, hostile
from fixtures.paper_hostile import raw_pdf
from tests.faults import batches
from validator import evidence
from validator.cli import exits, group
from validator.evidence import Run, Submission
from validator.measuring.probes import run_kernel
from validator.measuring.probes.archive import unpack
from validator.measuring.probes.paper import paper
from validator.measuring.probes.run import run
from validator.measuring.probes.task import Task
from validator.measuring.sandbox import TIERS, bubblewrap, tiers
from validator.measuring.sandbox.supervisor import landlock
from validator.plan import ArchiveLimits, PaperLimits, Plan, RunLimits
from validator.running.lock import locked

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the tiers with walls are Linux's")
BEST = next(entry.tier for entry in tiers.found() if entry.works)


def executed(home: Path, cells: tuple[str, ...], **limits: float) -> Run:
    (home / "submission").mkdir(parents=True)
    (home / "submission" / "a.ipynb").write_text(batches.notebook(cells), encoding="utf-8")
    plan = Plan(roles=(), device="cpu", run=RunLimits(**{"wall_seconds": 60.0, **limits}))
    submission = Submission(id="abcd12", sha256="0" * 64, source="abcd12.zip")
    task = Task(submission=submission, given=str(home / "abcd12.zip"), home=str(home), tier=BEST, plan=plan)
    return run(task, "meter", "a.ipynb")


def kept(folder: Path) -> dict[str, int]:
    """Names and sizes of all files below a folder."""
    return {str(path.relative_to(folder)): path.lstat().st_size for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
@linux_only
@pytest.mark.parametrize("name", ["fills_the_disk", "fills_the_disk_with_removed_files", "fills_shared_memory"])
def test_a_notebook_that_fills_the_disk_leaves_nothing_where_results_are_kept(tmp_path: Path, name: str) -> None:
    (notebook,) = [each for each in hostile.corpus() if each.name == name]
    found = executed(tmp_path, notebook.cells, **notebook.limits)
    assert found.outcome == notebook.outcome
    files = {path: size for path, size in kept(tmp_path).items() if not path.startswith("submission")}
    assert set(files) <= {"run/meter/executed.ipynb", "run/meter/records.jsonl"}
    assert sum(files.values()) < 100_000


INSTALLS = (
    "!pip install colorama==0.1",
    "%pip install colorama==0.1",
    "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'pip', 'install', 'colorama==0.1'])",
    "import site\nwith open(site.getsitepackages()[0] + '/planted.py', 'w') as file:\n    file.write('x = 1')",
)


@pytest.mark.slow
@linux_only
def test_installing_is_reported_and_changes_nothing_of_the_interpreter(tmp_path: Path) -> None:
    places = [Path(sysconfig.get_path(name)) for name in ("purelib", "scripts")]
    before = [kept(place) for place in places]
    found = executed(tmp_path, INSTALLS)
    assert [kept(place) for place in places] == before
    assert found.cells[3].status == "error"
    assert "OSError" in found.cells[3].error or "PermissionError" in found.cells[3].error
    asked = {flag.where for flag in found.flags if "install" in flag.kind + flag.detail}
    assert {"cell 0", "cell 1", "cell 2"} <= asked


@pytest.mark.parametrize("name", archives.MAKERS)
def test_every_hostile_archive_is_refused_within_a_second(tmp_path: Path, name: str) -> None:
    archive = archives.make(name, tmp_path)
    began = time.process_time()
    found = unpack(given=archive, into=tmp_path / "into", limits=ArchiveLimits())
    assert time.process_time() - began < 1.0
    assert found.refused is not None
    assert {path.name for path in tmp_path.iterdir()} <= {archive.name}


def in_a_circle(kind: str) -> bytes:
    """A paper whose parts lead back to themselves."""
    if kind == "pages":  # the tree of pages holds itself
        return raw_pdf(b"<</Length 0>>stream\n\nendstream").replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]")
    whole = raw_pdf(b"<</Length 0>>stream\n\nendstream")
    if kind == "tables":  # the table of contents before this one is this one
        start = whole.rpartition(b"startxref\n")[2].split(b"\n")[0]
        return whole.replace(b"trailer<<", b"trailer<</Prev %s" % start)
    outline = b"<</Type/Outlines/First 6 0 R/Last 6 0 R/Count 1>>"
    item = b"<</Title(a)/Parent 5 0 R/Next 6 0 R/First 6 0 R>>"
    catalog = b"<</Type/Catalog/Pages 2 0 R/Outlines 5 0 R>>"
    made = raw_pdf(b"<</Length 0>>stream\n\nendstream", objects=(outline, item, catalog))
    return made.replace(b"/Root 1 0 R", b"/Root 7 0 R")


@pytest.mark.parametrize("kind", ["pages", "tables", "outline"])
def test_a_paper_that_goes_round_in_a_circle_ends(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.pdf").write_bytes(in_a_circle(kind))
    began = time.monotonic()
    found = paper(root=tmp_path, path="a.pdf", limits=PaperLimits(wall_seconds=10.0, cpu_seconds=5))
    assert time.monotonic() - began < 20
    # It says how many pages it has, or why nobody can say; it never stops the harness.
    reading = found.readings["paper.pages_counted"]
    assert (reading.value is None) == bool(reading.why)


HOLDER = "import sys; from pathlib import Path; from validator.running.lock import locked\n"
HOLDER += "with locked(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"


def test_a_second_validate_is_refused_with_the_process_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given, out = tmp_path / "abcd12", tmp_path / "out"
    given.mkdir()
    out.mkdir()
    (given / "abcd12-classifier.py").write_text("print(1)\n")
    monkeypatch.setattr("sys.argv", ["validate", str(given), "--static", "--out", str(out)])
    command = [sys.executable, "-c", HOLDER, str(out)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout
        assert first.stdout.readline() == "held\n"
        assert exits.run(group) == exits.USAGE
        assert f"process {first.pid} on {os.uname().nodename}" in capsys.readouterr().err
        assert list(out.rglob("evidence.json")) == []
        first.kill()
    assert exits.run(group) == exits.FINDINGS
    with locked(out):
        assert evidence.load(out / "abcd12" / "evidence.json").faults == ()


@pytest.mark.slow
def test_a_clock_that_jumps_while_a_notebook_runs_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hours = itertools.count()
    monkeypatch.setattr("time.time", lambda: 1.7e9 + 3600.0 * next(hours))
    # A kernel that starts slowly is waited for, and a library looks at the clock meanwhile.
    monkeypatch.setattr(run_kernel, "LAUNCH", f"import time; time.sleep(2.5); {run_kernel.LAUNCH}")
    well = executed(tmp_path / "well", ("x = 1", "import time\ntime.sleep(0.5)"))
    assert (well.outcome, [cell.status for cell in well.cells]) == ("finished", ["ok", "ok"])
    stubborn = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    late = executed(tmp_path / "late", (stubborn,), wall_seconds=6.0)
    assert (late.outcome, [cell.status for cell in late.cells]) == ("timed-out", ["timeout"])
    assert 5.5 < late.wall_seconds < 25


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch):
    """Takes parts of the sandbox away, as on a machine that lacks them."""

    def without(*parts: str) -> None:
        if "bubblewrap" in parts:
            monkeypatch.setattr(bubblewrap, "program", lambda: None)
        if "landlock" in parts:
            monkeypatch.setattr(landlock, "version", lambda: 0)
        tiers.tried.cache_clear()

    yield without
    monkeypatch.undo()
    tiers.tried.cache_clear()


def two_notebooks(folder: Path) -> Path:
    folder.mkdir()
    for name in ("anna01", "bert02"):
        with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
            archive.writestr(f"{name}-notebook.ipynb", batches.notebook(("x = 1",)))
    return folder


def validate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *words: str) -> int:
    rubric = batches.rubric(tmp_path, wall_seconds=60.0)
    arguments = [str(tmp_path / "in"), "--rubric", str(rubric), "--out", str(tmp_path / "out"), "--env", "own"]
    monkeypatch.setattr("sys.argv", ["validate", *arguments, "--device", "cpu", *words])
    return exits.run(group)


@linux_only
def test_without_bubblewrap_and_landlock_a_cohort_is_refused_before_anything_runs(
    tmp_path: Path, machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine("bubblewrap", "landlock")
    two_notebooks(tmp_path / "in")
    assert validate(monkeypatch, tmp_path) == exits.USAGE
    said = capsys.readouterr().err
    for words in ("bwrap is not installed", "no Landlock", "--allow-unsandboxed"):
        assert words in said
    assert list((tmp_path / "out").rglob("*.json")) == []


@pytest.mark.slow
@linux_only
def test_without_bubblewrap_the_second_tier_is_taken_and_said(
    tmp_path: Path, machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine("bubblewrap")
    if tiers.choose() != "T2":
        pytest.skip("this kernel has no Landlock")
    two_notebooks(tmp_path / "in")
    assert validate(monkeypatch, tmp_path) in (exits.ALL_PASS, exits.FINDINGS)
    assert f"sandbox: {TIERS['T2']} ({TIERS['T1']}: bwrap is not installed" in capsys.readouterr().err
    for name in ("anna01", "bert02"):
        (found,) = evidence.load(tmp_path / "out" / name / "evidence.json").runs
        assert (found.outcome, found.sandbox) == ("finished", TIERS["T2"])
