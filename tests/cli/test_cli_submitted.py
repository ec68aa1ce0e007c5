"""`--submitted` takes a time or a table of times; a mistake in it is one message."""

from pathlib import Path

import pytest

from fixtures import cohort
from validator.cli.exits import UsageProblem
from validator.cli.preparing import submissions


@pytest.fixture
def zipped(tmp_path: Path) -> Path:
    """A submission that needs no execution."""
    fixture = next(fixture for fixture in cohort.fixtures() if fixture.name == "empty_zip")
    cohort.write_submission(tmp_path, fixture)
    return tmp_path / f"{fixture.username}.zip"


def table(folder: Path, text: str) -> str:
    path = folder / "times.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_table_gives_each_submission_its_time(zipped: Path, tmp_path: Path) -> None:
    times = table(tmp_path, f"id,submitted_at\nother,2025-01-01T00:00+00:00\n{zipped.stem},2025-01-28T13:59+00:00\n")
    assert submissions(zipped, times)[0].submission.submitted_at == "2025-01-28T13:59:00+00:00"


def test_a_submission_that_the_table_lacks_has_no_time(zipped: Path, tmp_path: Path) -> None:
    times = table(tmp_path, "id,submitted_at\nother,2025-01-01T00:00+00:00\n")
    assert submissions(zipped, times)[0].submission.submitted_at is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,submitted_at\nabcd12\n", "line 2"),
        ("id,submitted_at\nabcd12,yesterday\n", "yesterday"),
        ("id,submitted_at\nabcd12,2025-01-28T13:59\n", "no offset"),
        ("name,time\nabcd12,2025-01-28T13:59+00:00\n", "id and submitted_at"),
    ],
)
def test_a_mistake_in_the_table_is_named(zipped: Path, tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageProblem, match=said):
        submissions(zipped, table(tmp_path, text))
