"""`--extensions`: a table moves deadlines, is kept with the evidence, and answers every mistake with its line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures import cohort
from validator.cli.exits import UsageProblem
from validator.cli.preparing import submissions

LATE = "2025-01-30T15:00:00+00:00"
CLAUSES = ("late-within-5-days", "late-after-5-days")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cohort of two that needs no execution."""
    into = tmp_path / "submissions"
    for fixture in cohort.fixtures():
        if fixture.name in ("empty_zip", "not_a_zip"):
            cohort.write_submission(into, fixture)
    return into


def table(folder: Path, text: str) -> Path:
    path = folder.parent / "extensions.csv"
    path.write_text(text, encoding="utf-8")
    return path


def untils(folder: Path, text: str) -> dict[str, str | None]:
    given = submissions(folder, "", table(folder, text))
    return {each.submission.id: each.submission.extended_until for each in given}


@pytest.mark.parametrize(
    ("until", "kept"),
    [
        ("2025-02-04T14:00+00:00", "2025-02-04T14:00:00+00:00"),
        ("2025-02-04", "2025-02-04"),
        ("5 working days", "5 working days"),
        (" 1  Working Day ", "1 working day"),
        ("7 days", "7 days"),
    ],
)
def test_a_table_gives_a_submission_its_extension(folder: Path, until: str, kept: str) -> None:
    assert untils(folder, f"id,until\nnzip12,{until}\n") == {"nzip12": kept, "void16": None}


@pytest.mark.parametrize("name", ["NZIP12", "nzip12.zip", " nzip12 "])
def test_case_and_ending_of_a_name_do_not_matter(folder: Path, name: str) -> None:
    assert untils(folder, f"id,until,reason\n{name},7 days,not read\n")["nzip12"] == "7 days"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,until\nnzip12\n", "line 2: until: expected a time such as"),
        ("id,until\nvoid16,7 days\nnzip12,soon\n", "line 3: until: expected a time such as .*got 'soon'"),
        ("id,until\nnzip12,2025-02-04T14:00\n", r"line 2: until: .*no offset.*2025-02-04T14:00\+00:00"),
        ("id,until\nnzip12,5\n", "line 2: until: 5 of what. Write `5 working days` or `5 days`"),
        ("id,until\nnzip12,0 days\n", "line 2: until: expected 1 to 366 days"),
        ("id,until\nnzip12,3025-02-04\n", "line 2: until: .*far from every term"),
        ("id,until\n,7 days\n", "line 2: no id"),
        ("id,until\nnzip12,7 days\nNZIP12,8 days\n", "line 3: NZIP12 stands in line 2 already"),
        ("name;until\nnzip12;7 days\n", "columns id and until, with a comma"),
        ("", "columns id and until"),
    ],
)
def test_a_mistake_in_the_table_is_named_with_its_line(folder: Path, text: str, said: str) -> None:
    with pytest.raises(UsageProblem, match=said):
        untils(folder, text)


@pytest.mark.parametrize("content", [b"id,until\n\xff\xfe", b"\xff\xfei\x00d\x00"])
def test_a_table_that_is_no_text_is_one_message(folder: Path, content: bytes) -> None:
    path = table(folder, "")
    path.write_bytes(content)
    with pytest.raises(UsageProblem, match="save it as CSV in UTF-8"):
        submissions(folder, "", path)


def test_a_table_that_is_not_there_is_one_message(folder: Path) -> None:
    with pytest.raises(UsageProblem, match=r"--extensions none.csv: cannot be read \(No such file"):
        submissions(folder, "", Path("none.csv"))


def test_a_name_that_matches_nobody_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    untils(folder, "id,until\nvoid16,7 days\nnzip21,7 days\n")
    assert "line 3: no submission here is called 'nzip21' (did you mean nzip12?)" in capsys.readouterr().err


def test_a_long_list_of_others_is_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    untils(folder, "id,until\n" + "".join(f"other{number},7 days\n" for number in range(30)))
    assert "and 20 more lines that match no submission here" in capsys.readouterr().err


def test_one_submission_is_not_told_of_all_the_others(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    untils(folder / "nzip12.zip", "id,until\nnzip12,7 days\na,7 days\nb,7 days\n")
    assert "2 lines are about other submissions" in capsys.readouterr().err


def marked(folder: Path, *options: str) -> str:
    out = folder.parent / "marking"
    words = ["--static", "--submitted", LATE, "--out", str(out), *options]
    command = [sys.executable, "-m", "validator", str(folder), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 1, done.stderr
    return done.stderr


def late(folder: Path, name: str) -> list[str]:
    report = json.loads((folder.parent / "marking" / name / "report.json").read_text(encoding="utf-8"))
    return [found["verdict"] for found in report["penalties"] if found["clause"] in CLAUSES]


def test_an_extension_is_kept_with_the_evidence_until_another_table_is_given(folder: Path) -> None:
    report = folder.parent / "marking" / "nzip12" / "report.json"
    marked(folder, "--extensions", str(table(folder, "id,until\nnzip12,2 working days\n")))
    assert (late(folder, "nzip12"), late(folder, "void16")) == (["fail", "pass"], ["fail", "pass"])

    said = marked(folder, "--extensions", str(table(folder, "id,until\nnzip12,5 working days\n")))
    assert (late(folder, "nzip12"), late(folder, "void16")) == (["pass", "pass"], ["fail", "pass"])
    assert "static: measuring" not in said, "an extension measures nothing again"
    first = report.read_bytes()

    said = marked(folder)
    assert "extensions recorded earlier still hold: nzip12" in said
    assert report.read_bytes() == first

    marked(folder, "--extensions", str(table(folder, "id,until\n")))
    assert late(folder, "nzip12") == ["fail", "pass"]
