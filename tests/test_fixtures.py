"""Every golden submission is found to be wrong in exactly the way its expected.toml says, through the command line."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fixtures import cohort
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


def read(out: Path, fixture: cohort.Fixture, name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((out / fixture.username / name).read_text(encoding="utf-8"))
    return document


def compare(out: Path, fixture: cohort.Fixture) -> None:
    """Totals, failing clauses, verdicts, readings and outcomes against expected.toml."""
    report, expect = read(out, fixture, "report.json"), fixture.expect
    assert report["status"] == "marked", report.get("faults")
    assert fails(report) == {clause: Decimal(marks) for clause, marks in expect.get("fails", {}).items()}
    assert Decimal(report["total_penalty"]) == expect["total_penalty"]
    assert Decimal(report["proposed_penalty"]) == expect["proposed_penalty"]
    for verdict, key in {"unknown": "unknown", "pass": "passes"}.items():
        assert set(expect.get(key, [])) <= clauses_with(report, verdict)
    measured = {name: report["readings"][name]["value"] for name in expect.get("readings", {})}
    assert measured == expect.get("readings", {})
    outcomes = {run["role"]: run["outcome"] for run in read(out, fixture, "evidence.json")["runs"]}
    assert outcomes == expect.get("outcomes", {})


def fails(report: dict[str, Any]) -> dict[str, Decimal]:
    """Failing clauses and what they cost, several findings of one clause added."""
    marks: dict[str, Decimal] = {}
    for finding in report["penalties"]:
        if finding["verdict"] == "fail":
            marks[finding["clause"]] = marks.get(finding["clause"], Decimal(0)) + Decimal(finding["marks"])
    return marks


def clauses_with(report: dict[str, Any], verdict: str) -> set[str]:
    return {finding["clause"] for finding in report["penalties"] if finding["verdict"] == verdict}


@pytest.mark.parametrize("fixture", STATIC, ids=lambda fixture: fixture.name)
def test_a_fixture_that_needs_no_execution_is_marked_as_expected(
    fixture: cohort.Fixture, statically_marked: Path
) -> None:
    compare(statically_marked, fixture)


@pytest.mark.slow
@pytest.mark.timeout(COHORT_SECONDS)
@pytest.mark.parametrize("fixture", EXECUTED, ids=lambda fixture: fixture.name)
def test_an_executed_fixture_is_marked_as_expected(fixture: cohort.Fixture, marked: Path) -> None:
    compare(marked, fixture)


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
