"""Layout: which file fills which role under which name, and what is said about the rest."""

from __future__ import annotations

import io
import pickle
import zipfile
from pathlib import Path

import pytest

from validator.evidence import Flag, Layout
from validator.measuring.probes.layout import layout
from validator.measuring.probes.layout_kinds import kind_of
from validator.plan import Role

ROLES = (
    Role(name="paper", kind="paper", stem="paper", suffixes=(".pdf",)),
    Role(
        name="classifier",
        kind="notebook",
        stem="classifier",
        suffixes=(".ipynb", ".py"),
        accept=("classifer",),
    ),
    Role(name="generator", kind="notebook", stem="generative-model", suffixes=(".ipynb", ".py")),
)
RIGHT = ("abcd12-paper.pdf", "abcd12-classifier.ipynb", "abcd12-generative-model.ipynb")


def layout_of(root: Path, *names: str, contents: dict[str, bytes] | None = None) -> Layout:
    for name, content in {**{name: name.encode() for name in names}, **(contents or {})}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return layout(root=root, refused=None, flags=(), submission_id="abcd12", roles=ROLES)


def kinds(found: Layout) -> list[str]:
    return [flag.kind for flag in found.flags]


def detail_of(found: Layout, kind: str) -> str:
    return next(flag.detail for flag in found.flags if flag.kind == kind)


def test_right_names_fill_their_roles_without_a_flag(tmp_path: Path) -> None:
    found = layout_of(tmp_path, *RIGHT)

    assert found.roles == {
        "paper": ("abcd12-paper.pdf",),
        "classifier": ("abcd12-classifier.ipynb",),
        "generator": ("abcd12-generative-model.ipynb",),
    }
    assert found.flags == ()


def test_python_files_fill_the_roles_of_notebooks(tmp_path: Path) -> None:
    found = layout_of(tmp_path, "abcd12-paper.pdf", "abcd12-classifier.py", "abcd12-generative-model.py")

    assert found.roles["generator"] == ("abcd12-generative-model.py",)
    assert found.flags == ()


def test_an_accepted_spelling_costs_no_flag(tmp_path: Path) -> None:
    found = layout_of(tmp_path, RIGHT[0], "abcd12-classifer.ipynb", RIGHT[2])

    assert found.roles["classifier"] == ("abcd12-classifer.ipynb",)
    assert found.flags == ()


def test_upper_case_in_the_name_costs_no_flag(tmp_path: Path) -> None:
    found = layout_of(tmp_path, "ABCD12-Paper.pdf", *RIGHT[1:])

    assert found.roles["paper"] == ("ABCD12-Paper.pdf",)
    assert found.flags == ()


@pytest.mark.parametrize(
    "name",
    [
        "abcd12_classifier.ipynb",
        "abcd12 classifier.ipynb",
        "abcd12classifier.ipynb",
        "classifier.ipynb",
        "abcd12-classifier (1).ipynb",
        "abcd12-classifier-final.ipynb",
        "abcd12-final-classifier.ipynb",
        "abcd12-classifeir.ipynb",
        "abcd12-clasifier.ipynb",
        "MyClassifier.ipynb",
        "cnn.ipynb",
    ],
)
def test_a_misspelled_name_fills_its_role_and_is_told_the_right_name(tmp_path: Path, name: str) -> None:
    found = layout_of(tmp_path, RIGHT[0], name, RIGHT[2])

    assert found.roles["classifier"] == (name,)
    assert "misnamed" in kinds(found)
    assert detail_of(found, "misnamed").endswith(f"rename {name} to abcd12-classifier.ipynb")


@pytest.mark.parametrize(
    "name", ["abcd12-generative_model.ipynb", "abcd12-generativemodel.ipynb", "abcd12-GenerativeModel.ipynb"]
)
def test_a_role_of_two_words_is_found_under_any_separator(tmp_path: Path, name: str) -> None:
    found = layout_of(tmp_path, *RIGHT[:2], name)

    assert found.roles["generator"] == (name,)
    assert kinds(found) == ["misnamed"]


def test_the_only_pdf_is_the_paper_whatever_its_name(tmp_path: Path) -> None:
    found = layout_of(tmp_path, "final report.pdf", *RIGHT[1:])

    assert found.roles["paper"] == ("final report.pdf",)
    assert kinds(found) == ["misnamed"]


def test_two_pdfs_of_other_names_are_left_to_a_person(tmp_path: Path) -> None:
    found = layout_of(tmp_path, "one.pdf", "two.pdf", *RIGHT[1:])

    assert found.roles["paper"] == ()
    assert kinds(found) == ["unassigned-paper", "unassigned-paper"]


def test_two_notebooks_of_other_names_are_left_to_a_person(tmp_path: Path) -> None:
    found = layout_of(tmp_path, RIGHT[0], "first.ipynb", "second.ipynb")

    assert (found.roles["classifier"], found.roles["generator"]) == ((), ())
    assert kinds(found) == ["unassigned-notebook", "unassigned-notebook"]


def test_a_missing_role_is_empty(tmp_path: Path) -> None:
    assert layout_of(tmp_path, *RIGHT[1:]).roles["paper"] == ()


def test_another_user_name_is_flagged_and_the_file_measured(tmp_path: Path) -> None:
    found = layout_of(tmp_path, "efgh34-paper.pdf", *RIGHT[1:])

    assert found.roles["paper"] == ("efgh34-paper.pdf",)
    assert kinds(found) == ["username-mismatch"]


def test_an_upper_case_ending_fills_the_role_and_is_flagged(tmp_path: Path) -> None:
    found = layout_of(tmp_path, "abcd12-paper.PDF", *RIGHT[1:])

    assert found.roles["paper"] == ("abcd12-paper.PDF",)
    assert kinds(found) == ["wrong-case-extension"]


def test_one_folder_around_everything_is_flagged_and_part_of_the_paths(tmp_path: Path) -> None:
    found = layout_of(tmp_path, *(f"abcd12/{name}" for name in RIGHT))

    assert found.roles["paper"] == ("abcd12/abcd12-paper.pdf",)
    assert kinds(found) == ["nested-top-folder"]


def test_a_file_in_a_folder_of_its_own_is_misplaced(tmp_path: Path) -> None:
    found = layout_of(tmp_path, *RIGHT[:2], f"code/{RIGHT[2]}")

    assert found.roles["generator"] == (f"code/{RIGHT[2]}",)
    assert kinds(found) == ["misplaced"]


def test_of_several_candidates_the_best_named_comes_first(tmp_path: Path) -> None:
    found = layout_of(tmp_path, *RIGHT, "abcd12-classifier-old.ipynb", "a/abcd12-classifier.ipynb", "classifier.py")

    assert found.roles["classifier"][0] == "abcd12-classifier.ipynb"
    assert len(found.roles["classifier"]) == 4
    assert kinds(found) == ["several-candidates"]


def test_a_copy_saved_by_jupyter_fills_no_role(tmp_path: Path) -> None:
    found = layout_of(tmp_path, *RIGHT, ".ipynb_checkpoints/abcd12-classifier-checkpoint.ipynb")

    assert found.roles["classifier"] == ("abcd12-classifier.ipynb",)


def test_a_helper_module_fills_no_role(tmp_path: Path) -> None:
    found = layout_of(tmp_path, *RIGHT, "utils.py", "figures/loss.pdf")

    assert found.flags == ()
    assert all(len(paths) == 1 for paths in found.roles.values())


def test_an_empty_file_fills_its_role_and_is_flagged(tmp_path: Path) -> None:
    found = layout_of(tmp_path, *RIGHT[1:], contents={"abcd12-paper.pdf": b""})

    assert found.roles["paper"] == ("abcd12-paper.pdf",)
    assert kinds(found) == ["empty-file"]


def test_flags_of_one_kind_are_counted_after_the_first_few(tmp_path: Path) -> None:
    found = layout_of(tmp_path, *RIGHT, contents={f"{number}.txt": b"" for number in range(500)})

    assert len(found.flags) == 11
    assert found.flags[-1] == Flag(kind="empty-file", detail="and 490 more like this")


def test_a_long_list_of_files_is_cut_short(tmp_path: Path) -> None:
    found = layout_of(tmp_path, *RIGHT, contents={f"{number}.txt": b"same" for number in range(500)})

    assert detail_of(found, "duplicate-content").endswith("and 495 more")


def test_equal_contents_are_flagged_once(tmp_path: Path) -> None:
    found = layout_of(tmp_path, RIGHT[0], contents=dict.fromkeys(RIGHT[1:], b"the same"))

    assert kinds(found) == ["duplicate-content"]


def test_a_picture_behind_another_ending_is_a_picture_and_flagged(tmp_path: Path) -> None:
    found = layout_of(tmp_path, *RIGHT, contents={"notes.txt": b"\x89PNG\r\n\x1a\n" + bytes(20)})

    assert {file.path: file.kind for file in found.files}["notes.txt"] == "image"
    assert kinds(found) == ["disguised-file"]


def test_a_refused_archive_has_no_files_and_keeps_its_reason() -> None:
    refused = Flag(kind="archive-bomb", detail="too much")
    found = layout(root=None, refused=refused, flags=(), submission_id="abcd12", roles=ROLES)

    assert found == Layout(roles={"paper": (), "classifier": (), "generator": ()}, refused=refused)


def test_flags_of_the_archive_are_kept(tmp_path: Path) -> None:
    flag = Flag(kind="ignored-junk", detail="left out")

    assert flag in layout(root=tmp_path, refused=None, flags=(flag,), submission_id="abcd12", roles=ROLES).flags


def saved_by_torch() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("model/data.pkl", b"x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.pdf", b"%PDF-1.7", "paper"),
        ("a.PDF", b"<html>", "paper"),
        ("a.ipynb", b"{", "notebook"),
        ("a.py", b"import torch", "source"),
        ("a.jpeg", b"\xff\xd8\xff", "image"),
        ("a.svg", b"<svg", "image"),
        ("model.pt", saved_by_torch(), "weights"),
        ("model.txt", saved_by_torch(), "weights"),
        ("model", b"\x89HDF\r\n\x1a\n", "weights"),
        ("model.dat", pickle.dumps({"a": 1}), "weights"),
        ("model.xyz", (16).to_bytes(8, "little") + b'{"a": 1}', "weights"),
        ("arrays.npz", b"PK\x03\x04" + bytes(60), "weights"),
        ("inner.zip", b"PK\x03\x04" + bytes(60), "archive"),
        ("inner.txt", b"PK\x03\x04" + bytes(60), "archive"),
        ("table.csv", b"a,b", "data"),
        ("README.md", b"# Read me", "text"),
        ("strange", b"nothing known", "other"),
        ("BMW notes", b"BM is a letter pair", "other"),
    ],
)
def test_the_kind_of_a_file_follows_from_its_bytes_and_its_name(name: str, head: bytes, kind: str) -> None:
    assert kind_of(name, head) == kind
