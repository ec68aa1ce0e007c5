"""Intake of zips, folders and cohorts: who is a submission, under which id, and what is refused with a reason."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fixtures import archives
from validator.intake import Intake, IntakeError, submissions

CLEAN = archives.clean()


def write(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def hand_in(folder: Path, name: str = "abcd12") -> Path:
    for ending in ("paper.pdf", "classifier.ipynb"):
        write(folder / f"{name}-{ending}")
    return folder


def ids(found: Intake) -> list[str]:
    return [item.submission.id for item in found.items]


def test_a_zip_is_one_submission_named_by_its_stem(tmp_path: Path) -> None:
    found = submissions(write(tmp_path / "abcd12.zip", CLEAN))

    assert (found.format, ids(found)) == ("zip", ["abcd12"])
    assert found.items[0].submission.source == "abcd12.zip"


def test_a_zip_is_known_by_its_bytes_and_not_by_its_name(tmp_path: Path) -> None:
    one, other = (submissions(write(tmp_path / f"{name}.zip", CLEAN)).items[0] for name in ("a", "b"))

    assert one.submission.sha256 == other.submission.sha256


def test_a_zip_that_is_none_is_still_a_submission(tmp_path: Path) -> None:
    assert ids(submissions(write(tmp_path / "abcd12.zip", b"sorry"))) == ["abcd12"]


@pytest.mark.parametrize("name", archives.MAKERS)
def test_a_hostile_zip_is_taken_in_without_being_opened(tmp_path: Path, name: str) -> None:
    assert ids(submissions(archives.make(name, tmp_path))) == [name]


def test_a_zip_inside_a_zip_is_one_submission(tmp_path: Path) -> None:
    found = submissions(write(tmp_path / "abcd12.zip", archives.zipped({"abcd12.zip": CLEAN})))

    assert (found.format, ids(found)) == ("zip", ["abcd12"])


def test_a_zip_of_zips_is_a_cohort(tmp_path: Path) -> None:
    outer = archives.zipped({"all/abcd12.zip": CLEAN, "all/efgh34.zip": CLEAN, "__MACOSX/all/._x": b""})
    found = submissions(write(tmp_path / "all.zip", outer), scratch=tmp_path / "scratch")

    assert (found.format, ids(found)) == ("cohort", ["abcd12", "efgh34"])
    assert found.items[0].given.read_bytes() == CLEAN


def test_a_folder_with_a_notebook_is_one_submission(tmp_path: Path) -> None:
    found = submissions(hand_in(tmp_path / "abcd12"))

    assert (found.format, ids(found)) == ("folder", ["abcd12"])


def test_a_folder_keeps_its_digest_when_it_is_renamed_or_gains_clutter(tmp_path: Path) -> None:
    before = submissions(hand_in(tmp_path / "abcd12")).items[0].submission.sha256
    write(tmp_path / "abcd12" / ".DS_Store")
    (tmp_path / "abcd12").rename(tmp_path / "other")

    assert before == submissions(tmp_path / "other").items[0].submission.sha256


def test_a_folder_changes_its_digest_when_one_file_changes(tmp_path: Path) -> None:
    before = submissions(hand_in(tmp_path / "abcd12")).items[0].submission.sha256
    write(tmp_path / "abcd12" / "code" / "more.py")

    assert before != submissions(tmp_path / "abcd12").items[0].submission.sha256


def test_the_marking_written_into_a_submission_does_not_change_its_digest(tmp_path: Path) -> None:
    before = submissions(hand_in(tmp_path / "abcd12")).items[0].submission.sha256
    write(tmp_path / "abcd12" / "marking" / "abcd12" / "evidence.json")
    write(tmp_path / "abcd12" / "marking" / "cohort.json")

    assert before == submissions(tmp_path / "abcd12").items[0].submission.sha256


def test_the_digest_of_a_folder_never_follows_a_link(tmp_path: Path) -> None:
    secret = write(tmp_path / "secret", b"one")
    hand_in(tmp_path / "abcd12")
    (tmp_path / "abcd12" / "link").symlink_to(secret)
    before = submissions(tmp_path / "abcd12").items[0].submission.sha256
    write(secret, b"two")

    assert before == submissions(tmp_path / "abcd12").items[0].submission.sha256


def test_a_folder_of_zips_and_folders_is_a_cohort(tmp_path: Path) -> None:
    write(tmp_path / "efgh34.zip", CLEAN)
    write(tmp_path / "ijkl56.rar", b"Rar!")
    write(tmp_path / "mnop78.tar.gz", b"\x1f\x8b")
    hand_in(tmp_path / "abcd12")
    found = submissions(tmp_path)

    assert (found.format, ids(found)) == ("cohort", ["abcd12", "efgh34", "ijkl56", "mnop78"])
    assert found.refused == ()


def test_the_submissions_come_sorted_by_id(tmp_path: Path) -> None:
    for name in ("c", "a", "b"):
        write(tmp_path / f"{name}.zip")

    assert ids(submissions(tmp_path)) == ["a", "b", "c"]


def test_a_cohort_inside_one_more_folder_is_found(tmp_path: Path) -> None:
    write(tmp_path / "all" / "abcd12.zip", CLEAN)
    hand_in(tmp_path / "all" / "efgh34")

    assert ids(submissions(tmp_path)) == ["abcd12", "efgh34"]


def test_a_folder_around_one_submission_folder_is_a_cohort_of_one(tmp_path: Path) -> None:
    hand_in(tmp_path / "abcd12")

    assert ids(submissions(tmp_path)) == ["abcd12"]


def test_a_folder_that_holds_only_a_zip_hands_in_that_zip(tmp_path: Path) -> None:
    write(tmp_path / "abcd12" / "work.zip", CLEAN)
    write(tmp_path / "efgh34.zip", CLEAN)
    found = submissions(tmp_path)

    assert ids(found) == ["abcd12", "efgh34"]
    assert found.items[0].given.name == "work.zip"


def test_one_zip_with_a_video_beside_it_is_one_submission(tmp_path: Path) -> None:
    write(tmp_path / "abcd12" / "project.zip", CLEAN)
    write(tmp_path / "abcd12" / "talk.mp4")
    found = submissions(tmp_path / "abcd12")

    assert ids(found) == ["abcd12"]
    assert found.items[0].given == tmp_path / "abcd12"


def test_a_video_beside_the_zip_of_a_cohort_is_refused_with_what_to_do(tmp_path: Path) -> None:
    for name in ("abcd12.zip", "efgh34.zip", "abcd12-talk.mp4"):
        write(tmp_path / name, CLEAN)
    found = submissions(tmp_path)

    assert ids(found) == ["abcd12", "efgh34"]
    ((name, why),) = found.refused
    assert name == "abcd12-talk.mp4"
    assert "put it and abcd12.zip into one folder, abcd12/" in why


def test_what_is_no_submission_is_refused_with_a_reason(tmp_path: Path) -> None:
    write(tmp_path / "abcd12.zip", CLEAN)
    write(tmp_path / "efgh34.zip", CLEAN)
    write(tmp_path / "notes.txt")
    (tmp_path / "nothing").mkdir()
    write(tmp_path / "pictures" / "a.png")
    (tmp_path / "link.zip").symlink_to(tmp_path / "abcd12.zip")
    os.mkfifo(tmp_path / "pipe.zip")
    found = submissions(tmp_path)

    assert [name for name, _ in found.refused] == ["link.zip", "notes.txt", "nothing", "pictures", "pipe.zip"]
    assert all(why for _, why in found.refused)
    assert ids(found) == ["abcd12", "efgh34"]


def test_a_cohort_beside_the_brief_is_still_a_cohort(tmp_path: Path) -> None:
    for name in ("abcd12.zip", "efgh34.zip", "brief.pdf"):
        write(tmp_path / name)
    found = submissions(tmp_path)

    assert ids(found) == ["abcd12", "efgh34"]
    assert [name for name, _ in found.refused] == ["brief.pdf"]


def test_folders_of_submissions_beside_a_brief_and_a_script_are_still_a_cohort(tmp_path: Path) -> None:
    hand_in(tmp_path / "abcd12")
    hand_in(tmp_path / "efgh34")
    write(tmp_path / "brief.pdf")
    write(tmp_path / "rename.py")

    assert ids(submissions(tmp_path)) == ["abcd12", "efgh34"]


def test_a_paper_beside_folders_of_code_and_figures_is_one_submission(tmp_path: Path) -> None:
    for name in ("paper.pdf", "classifier/c.ipynb", "generator/g.ipynb", "figures/loss.pdf"):
        write(tmp_path / "abcd12" / name)

    assert ids(submissions(tmp_path / "abcd12")) == ["abcd12"]


def test_a_folder_of_scripts_alone_is_one_submission(tmp_path: Path) -> None:
    write(tmp_path / "abcd12" / "abcd12-classifier.py")

    assert submissions(tmp_path / "abcd12").format == "folder"


def test_hidden_files_and_earlier_markings_are_passed_over(tmp_path: Path) -> None:
    for name in ("abcd12.zip", ".DS_Store", "__MACOSX/x.zip", "marks.csv", "marking/cohort.json", "marking/.lock"):
        write(tmp_path / name)
    write(tmp_path / "marking" / "abcd12" / "submission" / "abcd12-paper.pdf")
    found = submissions(tmp_path)

    assert ids(found) == ["abcd12"]
    assert found.refused == ()


def test_a_submission_that_holds_a_file_named_like_ours_is_not_passed_over(tmp_path: Path) -> None:
    hand_in(tmp_path / "abcd12")
    for name in ("marks.csv", "cohort.json", "evidence.json", ".lock"):
        write(tmp_path / "abcd12" / name)

    assert ids(submissions(tmp_path)) == ["abcd12"]


def test_an_unreadable_submission_is_refused_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = write(tmp_path / "abcd12.zip")
    write(tmp_path / "efgh34.zip")
    opened = Path.open

    def refuse(path: Path, *arguments: str, **options: str) -> object:
        if path == bad:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    found = submissions(tmp_path)

    assert ids(found) == ["efgh34"]
    assert found.refused == (("abcd12.zip", "cannot be read (Permission denied); make it readable and run again"),)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("abcd12 (1).zip", "abcd12-1"),
        ("+.zip", "submission"),
        ("J\u00f6rg O'Neil.zip", "Jorg-O-Neil"),
        ("-rf.zip", "rf"),
        ("\u65e5\u672c.zip", "submission"),
        ("con.zip", "submission-con"),
        ("a" * 200 + ".zip", "a" * 80),
        ("a\nb\x1b.zip", "a-b"),
    ],
)
def test_an_id_is_safe_as_a_folder_name(tmp_path: Path, name: str, wanted: str) -> None:
    write(tmp_path / name)
    write(tmp_path / "zz.zip")

    assert wanted in ids(submissions(tmp_path))


def test_ids_that_collide_are_numbered_and_said(tmp_path: Path) -> None:
    for name in ("abcd12.zip", "ABCD12.rar", "abcd12.7z"):
        write(tmp_path / name)
    found = submissions(tmp_path)

    assert sorted(name.lower() for name in ids(found)) == ["abcd12", "abcd12-2", "abcd12-3"]
    assert len(found.notes) == 2


def test_no_submission_takes_the_name_of_a_cohort_file(tmp_path: Path) -> None:
    assert ids(submissions(write(tmp_path / "cohort.json.zip"))) == ["cohort.json-2"]


@pytest.mark.parametrize("name", ["missing", "missing/deeper.zip", "notes.txt", "empty", "only-pictures"])
def test_a_path_without_submissions_is_one_message(tmp_path: Path, name: str) -> None:
    write(tmp_path / "notes.txt")
    (tmp_path / "empty").mkdir()
    write(tmp_path / "only-pictures" / "a.png")

    with pytest.raises(IntakeError, match=str(tmp_path / name)) as caught:
        submissions(tmp_path / name)

    assert "\n" not in str(caught.value)
    assert ";" in str(caught.value)
