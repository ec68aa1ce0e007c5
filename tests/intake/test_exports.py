"""Intake of what learning platforms export: people, times, resubmissions, and files that belong to nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures import archives
from validator.intake import Intake, IntakeError, submissions

CLEAN = archives.clean()

GRADESCOPE = """\
submission_101:
  :submitters:
  - :name: Ann Example
    :sid: abcd12
    :email: ann.example@uni.example
  :created_at: 2025-01-28 13:59:58.123 Z
  :score: 0.0
  :history: []
submission_102:
  :submitters:
  - :name: Bob Example
    :sid: '000123'
    :email: efgh34@uni.example
  - :name: Eve Example
    :sid:
    :email: eve34@uni.example
  :created_at: 2025-01-28 14:00:01
submission_103:
  :submitters:
submission_104:
  :submitters: []
"""


def write(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def written(root: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        write(root / name, content)
    return root


def by_id(found: Intake) -> dict[str, Path]:
    return {item.submission.id: item.given for item in found.items}


def gradescope_files() -> dict[str, bytes]:
    return {
        "assignment_9_export/submission_metadata.yml": GRADESCOPE.encode(),
        "assignment_9_export/submission_101/abcd12-paper.pdf": b"%PDF",
        "assignment_9_export/submission_101/abcd12-classifier.ipynb": b"{}",
        "assignment_9_export/submission_102/efgh34-paper.pdf": b"%PDF",
        "assignment_9_export/submission_103/work.zip": CLEAN,
        "assignment_9_export/submission_105/x.pdf": b"%PDF",
        "__MACOSX/assignment_9_export/._submission_metadata.yml": b"\0",
        "assignment_9_export/.DS_Store": b"\0",
    }


@pytest.fixture(params=["folder", "zip"])
def gradescope(request: pytest.FixtureRequest, tmp_path: Path) -> Intake:
    if request.param == "folder":
        return submissions(written(tmp_path / "export", gradescope_files()))
    path = write(tmp_path / "export.zip", archives.zipped(gradescope_files()))
    return submissions(path, scratch=tmp_path / "scratch")


def test_a_gradescope_export_is_recognised_with_its_reason(gradescope: Intake) -> None:
    assert gradescope.format == "gradescope"
    assert "submission_metadata.yml" in gradescope.why


def test_people_are_named_as_their_files_are(gradescope: Intake) -> None:
    assert list(by_id(gradescope)) == ["abcd12", "efgh34", "submission_103", "submission_105"]


def test_the_files_of_a_person_are_a_folder_or_the_only_zip_in_it(gradescope: Intake) -> None:
    given = by_id(gradescope)

    assert (given["abcd12"] / "abcd12-paper.pdf").read_bytes() == b"%PDF"
    assert given["submission_103"].read_bytes() == CLEAN


def test_the_time_of_a_hand_in_keeps_its_offset(gradescope: Intake) -> None:
    assert gradescope.items[0].submission.submitted_at == "2025-01-28T13:59:58.123000+00:00"


def test_a_time_without_a_zone_is_not_guessed(gradescope: Intake) -> None:
    assert gradescope.items[1].submission.submitted_at is None


def test_a_group_has_all_its_members(gradescope: Intake) -> None:
    assert gradescope.items[1].submission.members == ("efgh34", "eve34")


def test_a_submission_that_the_export_lacks_is_refused(gradescope: Intake) -> None:
    assert [name for name, _ in gradescope.refused] == ["submission_104"]


@pytest.mark.parametrize("text", ["a: [1", "- just\n- a list\n", "!!python/object/apply:os.system ['true']", "\0"])
def test_broken_metadata_is_one_message(tmp_path: Path, text: str) -> None:
    written(tmp_path, {"submission_metadata.yml": text.encode(), "submission_1/a.pdf": b"x"})

    with pytest.raises(IntakeError, match=r"submission_metadata\.yml.*download the export again") as caught:
        submissions(tmp_path)

    assert "\n" not in str(caught.value)


def test_metadata_inside_one_submission_does_not_rename_a_cohort(tmp_path: Path) -> None:
    written(tmp_path, {"abcd12/submission_metadata.yml": b"{}", "abcd12/a.pdf": b"x", "efgh34.zip": CLEAN})

    assert list(by_id(submissions(tmp_path))) == ["abcd12", "efgh34"]


def test_moodle_folders_give_the_zip_each_participant_uploaded(tmp_path: Path) -> None:
    files = {
        "Ann Example_123_assignsubmission_file/abcd12.zip": CLEAN,
        "Bob Example_124_assignsubmission_file_/efgh34-paper.pdf": b"%PDF",
        "Bob Example_124_assignsubmission_file_/efgh34-classifier.ipynb": b"{}",
        "Ann Example_123_assignsubmission_onlinetext/onlinetext.html": b"<p>hello",
    }
    found = submissions(written(tmp_path / "export", files), scratch=tmp_path / "scratch")

    assert found.format == "moodle"
    assert list(by_id(found)) == ["Bob-Example_124", "abcd12"]
    assert len(list(by_id(found)["Bob-Example_124"].iterdir())) == 2
    assert len(found.refused) == 1


def test_flat_moodle_files_lose_their_prefix(tmp_path: Path) -> None:
    files = {
        "Ann Example_123_assignsubmission_file_abcd12.zip": CLEAN,
        "Bob Example_124_assignsubmission_file_efgh34.zip": CLEAN,
    }

    assert list(by_id(submissions(written(tmp_path, files)))) == ["abcd12", "efgh34"]


def test_a_moodle_name_inside_one_submission_does_not_rename_a_cohort(tmp_path: Path) -> None:
    written(tmp_path, {"abcd12.zip": CLEAN, "efgh34.zip": CLEAN, "x/A_1_assignsubmission_file_a.pdf": b"x"})

    assert submissions(tmp_path).format == "cohort"


def test_of_several_canvas_uploads_of_one_user_the_latest_counts(tmp_path: Path) -> None:
    files = {
        "exampleann_4242_777_abcd12.zip": b"old",
        "exampleann_4242_778_abcd12-1.zip": CLEAN,
        "examplebob_LATE_4243_779_efgh34.zip": CLEAN,
        "anon_4244_780_ijkl56.zip": CLEAN,
    }
    found = submissions(written(tmp_path, files))

    assert found.format == "canvas"
    assert list(by_id(found)) == ["abcd12-1", "efgh34", "ijkl56"]
    assert len(found.notes) == 1


def test_loose_canvas_files_are_gathered_under_their_own_names(tmp_path: Path) -> None:
    files = {"exampleann_4242_777_abcd12-paper.pdf": b"x", "exampleann_4242_778_abcd12-classifier.ipynb": b"{}"}
    found = submissions(written(tmp_path / "export", files), scratch=tmp_path / "scratch")

    gathered = by_id(found)["exampleann_4242"]
    assert {path.name for path in gathered.iterdir()} == {"abcd12-paper.pdf", "abcd12-classifier.ipynb"}


def test_of_several_blackboard_attempts_the_latest_counts_under_its_original_name(tmp_path: Path) -> None:
    early, late = "CW_abcd12_attempt_2025-01-27-10-00-00", "CW_abcd12_attempt_2025-01-28-10-00-00"
    note = f"Name: Ann (abcd12)\nFiles:\n\tOriginal filename: abcd12.zip\n\tFilename: {late}_ab_cd12.zip\n"
    files = {
        f"{early}.txt": b"Name: Ann (abcd12)\n",
        f"{early}_abcd12.zip": b"old",
        f"{late}.txt": note.encode(),
        f"{late}_ab_cd12.zip": CLEAN,
        "CW_efgh34_attempt_2025-01-28-11-00-00.txt": b"Name: Bob (efgh34)\n",
    }
    found = submissions(written(tmp_path, files))

    assert found.format == "blackboard"
    assert by_id(found)["abcd12"].read_bytes() == CLEAN
    assert len(found.notes) == 1
    assert [name for name, _ in found.refused] == ["efgh34"]


@pytest.mark.parametrize("name", ["../../outside.txt", "/outside.txt", "C:\\outside.txt", "bad\x1bname.txt"])
def test_an_unsafe_name_in_an_export_is_left_out_and_said(tmp_path: Path, name: str) -> None:
    files = {one.removeprefix("assignment_9_export/"): content for one, content in gradescope_files().items()}
    export = write(tmp_path / "in" / "all.zip", archives.zipped({**files, name: b"x"}))
    found = submissions(export, scratch=tmp_path / "in" / "scratch")

    assert "abcd12" in by_id(found)
    assert name in dict(found.refused)
    assert {path.name for path in tmp_path.iterdir()} == {"in"}


def test_a_torn_export_is_one_message(tmp_path: Path) -> None:
    content = bytearray(archives.zipped(gradescope_files()))
    content[60] ^= 0xFF

    with pytest.raises(IntakeError, match=r"export\.zip: the export cannot be unzipped"):
        submissions(write(tmp_path / "export.zip", bytes(content)), scratch=tmp_path / "scratch")
