"""Layout of roles that are not named after a user: one plain name, any name, several files, folders."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from validator.evidence import Layout
from validator.measuring.probes.layout import layout
from validator.plan import Role

TEAM = Role(name="team", kind="team", stem="team", suffixes=(".txt",), naming="plain")
SPLIT = Role(name="split", kind="split", stem="mark_split", suffixes=(".pdf",), naming="plain")
PAPER = Role(name="paper", kind="paper", stem="paper", suffixes=(".pdf",), naming="plain")
VIDEO = Role(name="video", kind="video", stem="video", suffixes=(".mp4",), naming="any")
WEIGHTS = Role(name="weights", kind="weights", stem="weights", suffixes=(".pt", ".pth"), naming="any", many=True)
ROLES = (TEAM, SPLIT, PAPER, VIDEO, WEIGHTS)
RIGHT = ("team.txt", "mark_split.pdf", "paper.pdf", "clip.mp4", "encoder.pt", "decoder.pth")


def layout_of(root: Path, *names: str, roles: tuple[Role, ...] = ROLES) -> Layout:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return layout(root=root, refused=None, flags=(), submission_id="team7", roles=roles)


def kinds(found: Layout) -> list[str]:
    return [flag.kind for flag in found.flags]


def test_plain_names_and_any_names_fill_their_roles_without_a_flag(tmp_path: Path) -> None:
    found = layout_of(tmp_path, *RIGHT)

    assert found.roles == {
        "team": ("team.txt",),
        "split": ("mark_split.pdf",),
        "paper": ("paper.pdf",),
        "video": ("clip.mp4",),
        "weights": ("encoder.pt", "decoder.pth"),
    }
    assert found.flags == ()
    assert found.many == ("weights",)


@pytest.mark.parametrize(
    "name", ["team7-team.txt", "team (1).txt", "teams.txt", "our team.txt", "Team_.txt", "my-team-final.txt"]
)
def test_a_plain_name_spelled_otherwise_is_told_the_plain_name(tmp_path: Path, name: str) -> None:
    found = layout_of(tmp_path, name, *RIGHT[1:])

    assert found.roles["team"] == (name,)
    assert kinds(found) == ["misnamed"]
    assert found.flags[0].detail == f"taken for the team; did you mean team.txt? rename {name} to team.txt"


@pytest.mark.parametrize("name", ["mark-split.pdf", "marksplit.pdf", "MarkSplit.pdf"])
def test_a_plain_name_of_two_words_is_found_under_any_separator(tmp_path: Path, name: str) -> None:
    found = layout_of(tmp_path, RIGHT[0], name, *RIGHT[2:])

    assert found.roles["split"] == (name,)
    assert kinds(found) == ["misnamed"]


def test_the_case_of_a_plain_name_costs_no_flag(tmp_path: Path) -> None:
    assert layout_of(tmp_path, "TEAM.txt", *RIGHT[1:]).flags == ()


def test_nobody_is_told_that_a_plain_name_starts_with_another_user(tmp_path: Path) -> None:
    assert "username-mismatch" not in kinds(layout_of(tmp_path, "abcd12-team.txt", *RIGHT[1:]))


def test_a_text_of_another_name_is_not_taken_for_the_team_list_but_named(tmp_path: Path) -> None:
    found = layout_of(tmp_path, "members.txt", *RIGHT[1:])

    assert found.roles["team"] == ()
    assert [(flag.kind, flag.where) for flag in found.flags] == [("unassigned-file", "members.txt")]
    assert "whether it is the team" in found.flags[0].detail


def test_the_only_pdf_left_is_the_form_that_is_missing(tmp_path: Path) -> None:
    found = layout_of(tmp_path, "scan0001.pdf", "team.txt", *RIGHT[2:])

    assert found.roles["split"] == ("scan0001.pdf",)
    assert kinds(found) == ["misnamed"]


def test_a_pdf_that_could_be_either_of_two_missing_ones_is_left_to_a_person(tmp_path: Path) -> None:
    found = layout_of(tmp_path, "scan0001.pdf", "team.txt", *RIGHT[3:])

    assert (found.roles["split"], found.roles["paper"]) == ((), ())
    assert kinds(found) == ["unassigned-paper"]


def test_of_two_files_of_any_name_the_one_named_after_the_role_comes_first(tmp_path: Path) -> None:
    found = layout_of(tmp_path, *RIGHT, "a-video.mp4")

    assert found.roles["video"] == ("a-video.mp4", "clip.mp4")
    assert kinds(found) == ["several-candidates"]


def test_an_upper_case_ending_of_any_name_keeps_that_name(tmp_path: Path) -> None:
    found = layout_of(tmp_path, *RIGHT[:3], "clip.MP4", *RIGHT[4:])

    assert kinds(found) == ["wrong-case-extension"]
    assert found.flags[0].detail.endswith("rename clip.MP4 to clip.mp4")


def test_a_name_that_fits_a_plain_role_fills_no_role_of_any_name(tmp_path: Path) -> None:
    sheets = Role(name="sheets", kind="exercise", stem="sheet", suffixes=(".pdf",), naming="any", many=True)
    found = layout_of(tmp_path, "teams.txt", "paper.pdf", "mark_split.pdf", "seven.pdf", roles=(*ROLES, sheets))

    assert found.roles["sheets"] == ("seven.pdf",)
    assert found.roles["paper"] == ("paper.pdf",)


def test_each_of_many_files_in_a_folder_is_misplaced(tmp_path: Path) -> None:
    found = layout_of(tmp_path, *RIGHT[:4], "models/a.pt", "models/b.pt")

    assert [(flag.kind, flag.where) for flag in found.flags] == [
        ("misplaced", "models/a.pt"),
        ("misplaced", "models/b.pt"),
    ]


def test_a_role_that_allows_folders_has_no_misplaced_file(tmp_path: Path) -> None:
    roles = (*ROLES[:4], replace(WEIGHTS, folders=True))
    found = layout_of(tmp_path, *RIGHT[:4], "models/a.pt", "models/b.pt", roles=roles)

    assert found.roles["weights"] == ("models/a.pt", "models/b.pt")
    assert found.flags == ()


def test_a_file_of_any_name_that_names_another_role_is_taken_last(tmp_path: Path) -> None:
    report = replace(PAPER, stem="report", naming="any")
    found = layout_of(tmp_path, "TEAM.pdf", "ours.pdf", "team.txt", roles=(TEAM, report))

    assert found.roles["paper"] == ("ours.pdf", "TEAM.pdf")
