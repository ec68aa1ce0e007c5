"""On a full disk `validate` says so once, with the exit code of the harness's own trouble, and goes on later."""

from pathlib import Path

import pytest

from validator.cli import exits, group
from validator.running import space


@pytest.fixture
def submission(tmp_path: Path) -> Path:
    folder = tmp_path / "abcd12"
    folder.mkdir()
    (folder / "abcd12-classifier.py").write_text("print(1)\n")
    return folder


def validate(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr("sys.argv", ["validate", *(str(each) for each in arguments), "--static"])
    return exits.run(group)


def test_a_full_disk_is_one_message_and_the_same_command_goes_on(
    tmp_path: Path, submission: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    with monkeypatch.context() as full:
        full.setattr(space, "free_bytes", lambda _: 0)
        assert validate(full, submission, "--out", out) == exits.HARNESS
    said = capsys.readouterr()
    assert said.err.count("its disk is full") == 1
    assert "Traceback" not in said.err
    assert not (out / "abcd12" / "evidence.json").exists()
    assert validate(monkeypatch, submission, "--out", out) == exits.FINDINGS
    assert (out / "abcd12" / "report.json").exists()


def test_how_much_stays_free_can_be_chosen(
    tmp_path: Path, submission: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(space, "free_bytes", lambda _: 100 * 2**20)
    assert validate(monkeypatch, submission, "--out", tmp_path / "out") == exits.HARNESS
    assert validate(monkeypatch, submission, "--out", tmp_path / "out", "--keep-free", "0.05") == exits.FINDINGS
