"""Every golden submission is found to be wrong in exactly the way its expected.toml says, through the command line."""

import subprocess
import sys
from pathlib import Path

import pytest

from fixtures import cohort, comparing
from fixtures.__main__ import make_data

RUBRIC = "comp3547-2024-demo"
FINDINGS = 1
EXECUTED = [fixture for fixture in cohort.fixtures() if not fixture.static]
STATIC = [fixture for fixture in cohort.fixtures() if fixture.static]
COHORT_SECONDS = 1800


def validate(folder: Path, out: Path, *options: str) -> None:
    """Mark a folder of zips as a marker would; something is wrong with some of them."""
    command = [sys.executable, "-m", "validator", str(folder), "--rubric", RUBRIC, "--out", str(out), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=COHORT_SECONDS)
    assert done.returncode == FINDINGS, done.stderr[-4000:]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the zips of both kinds."""
    folder = tmp_path_factory.mktemp("fixtures")
    for fixture in [*EXECUTED, *STATIC]:
        cohort.write_submission(folder / ("static" if fixture.static else "executed"), fixture)
    return folder


@pytest.fixture(scope="session")
def statically_marked(made: Path) -> Path:
    """Reports of the fixtures that need no execution."""
    out = made / "marking-static"
    validate(made / "static", out, "--static")
    return out


@pytest.fixture(scope="session")
def with_data(made: Path) -> tuple[str, ...]:
    """The options that executing needs."""
    make_data(made / "data")
    return ("--data", str(made / "data"), "--allow-lookalike-data", "--jobs", "2", "--device", "cpu")


@pytest.fixture(scope="session")
def marked(made: Path, with_data: tuple[str, ...]) -> Path:
    """Reports of the whole demo cohort, measured once."""
    out = made / "marking"
    validate(made / "executed", out, *with_data)
    return out


@pytest.mark.parametrize("fixture", STATIC, ids=lambda fixture: fixture.name)
def test_a_fixture_that_needs_no_execution_is_marked_as_expected(
    fixture: cohort.Fixture, statically_marked: Path
) -> None:
    assert comparing.differences(statically_marked, fixture) == []


@pytest.mark.slow
@pytest.mark.timeout(COHORT_SECONDS)
@pytest.mark.parametrize("fixture", EXECUTED, ids=lambda fixture: fixture.name)
def test_an_executed_fixture_is_marked_as_expected(fixture: cohort.Fixture, marked: Path) -> None:
    assert comparing.differences(marked, fixture) == []


@pytest.mark.slow
@pytest.mark.timeout(COHORT_SECONDS)
def test_marking_twice_executes_no_notebook_twice(made: Path, marked: Path, with_data: tuple[str, ...]) -> None:
    executed = sorted(marked.glob("*/run/*/executed.ipynb"))
    before = {path: path.stat().st_mtime_ns for path in executed}
    reports = {path: path.read_bytes() for path in marked.glob("*/report.json")}
    validate(made / "executed", marked, *with_data)
    assert len(executed) == 2 * len(EXECUTED) - 1  # one submission has no generative model
    assert before == {path: path.stat().st_mtime_ns for path in sorted(marked.glob("*/run/*/executed.ipynb"))}
    assert reports == {path: path.read_bytes() for path in marked.glob("*/report.json")}
