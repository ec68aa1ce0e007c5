"""What a second `validate` does: other words in a rubric write the reports again and measure nothing."""

from pathlib import Path

import pytest

from validator.cli import exits, group
from validator.marking import load_rubric

RUBRIC = Path(__file__).resolve().parents[2] / "rubrics" / "comp3547-2024.toml"


@pytest.fixture
def submission(tmp_path: Path) -> Path:
    folder = tmp_path / "abcd12"
    folder.mkdir()
    (folder / "abcd12-classifier.py").write_text("print(1)\n")
    return folder


def test_other_words_in_a_rubric_write_the_report_again_and_measure_nothing(
    tmp_path: Path, submission: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    title = load_rubric(str(RUBRIC)).title
    told = []
    for name, words in (("first", title), ("second", f"{title}, corrected"), ("second", f"{title}, corrected")):
        rubric = tmp_path / f"{name}.toml"
        rubric.write_text(RUBRIC.read_text(encoding="utf-8").replace(title, words), encoding="utf-8")
        arguments = [str(submission), "--static", "--out", str(tmp_path / "out"), "--rubric", str(rubric)]
        monkeypatch.setattr("sys.argv", ["validate", *arguments])
        assert exits.run(group) == exits.FINDINGS
        lines = capsys.readouterr().err.splitlines()
        told.append([line for line in lines if line.startswith("abcd12: ")])
    first, second, third = told
    assert first == ["abcd12: unpack: measuring", "abcd12: static: measuring"]
    assert second == ["abcd12: report: written again: rubric changed"]
    assert third == []
