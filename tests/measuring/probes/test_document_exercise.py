"""Exercises as PDFs and notebooks: their size, and whether they are empty or broken; and how layout knows them."""

import json

import pytest

from fixtures.handins import comp6248_labs_2021 as labs
from fixtures.mark_splits import Member, mark_split
from validator.evidence import Reading, Submission
from validator.marking import load_rubric
from validator.measuring.probes import document_exercise, layout
from validator.measuring.probes.task import Task
from validator.plan import PaperLimits, Plan, Role

ROLE = Role(name="exercise-1", kind="exercise", stem="lab1ex", suffixes=(".pdf", ".ipynb"), naming="plain")


def read(folder, name, content, **limits):
    (folder / name).write_bytes(content)
    submission = Submission(id="x", sha256="0", source="x.zip")
    plan = Plan(roles=(ROLE,), paper=PaperLimits(**{"wall_seconds": 300.0, **limits}))
    task = Task(submission=submission, given="", home=str(folder), plan=plan)
    return document_exercise.read(root=folder, path=name, role=ROLE, task=task)


def test_a_written_notebook_has_cells(tmp_path):
    document = read(tmp_path, "a.ipynb", labs.notebook(1, blank=False))
    assert document.readings == {"exercise-1.cells": Reading(value=3, unit="cells", source="observed")}
    assert document.flags == ()


def test_a_notebook_with_empty_cells_only_is_empty(tmp_path):
    document = read(tmp_path, "a.ipynb", labs.notebook(1, blank=True))
    assert [flag.kind for flag in document.flags] == ["exercise-empty"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"print(1)",
        b"[]",
        b'{"cells": 3}',
        b"\xff\xfe{",
        b"[" * 100_000,
    ],
)
def test_a_broken_notebook_is_unread_in_one_flag(tmp_path, content):
    document = read(tmp_path, "a.ipynb", content)
    assert [flag.kind for flag in document.flags] == ["exercise-unread"]
    assert document.readings["exercise-1.cells"].value is None


@pytest.mark.parametrize("cells", [[], [None], [{}], [{"source": 3}], [{"source": [3, None]}]])
def test_cells_of_any_shape_are_looked_at(tmp_path, cells):
    document = read(tmp_path, "a.ipynb", json.dumps({"cells": cells}).encode())
    assert [flag.kind for flag in document.flags] == ["exercise-empty"]


@pytest.mark.parametrize(
    ("content", "kinds", "pages"),
    [
        (labs.pdf(1, blank=False), [], 2),
        (labs.pdf(1, blank=True), ["exercise-empty"], 2),
        (mark_split([Member(user="", share="")], make="photograph"), [], 1),
        (b"My answers.", ["exercise-unread"], None),
    ],
)
def test_a_pdf_has_pages_unless_it_is_none(tmp_path, content, kinds, pages):
    document = read(tmp_path, "a.pdf", content)
    assert [flag.kind for flag in document.flags] == kinds
    assert document.readings["exercise-1.pages"].value == pages


def test_a_scan_that_is_too_large_for_the_program_is_not_called_broken(tmp_path):
    document = read(tmp_path, "a.pdf", labs.pdf(1, blank=False), file_bytes=100)
    assert [flag.kind for flag in document.flags] == ["exercise-not-read"]


@pytest.mark.parametrize(
    "name",
    [
        "lab3ex.pdf", "lab3.ipynb", "Lab 3.pdf", "lab_3_exercise.pdf", "Exercise 3.pdf", "ex3.pdf", "exercise-3.ipynb",
        "labs/lab3ex.pdf", "ab1c20-lab3ex.pdf", "Lab3Ex.pdf", "lab3ex-final.pdf",
    ],
)  # fmt: skip
def test_an_exercise_is_known_by_its_number_in_many_spellings(tmp_path, name):
    roles = load_rubric("comp6248-labs-2021").plan.roles
    for number in (1, 2, 4, 8):
        (tmp_path / f"lab{number}ex.pdf").write_bytes(b"%PDF-")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"%PDF-3")
    found = layout.layout(root=tmp_path, refused=None, flags=(), submission_id="ab1c20", roles=roles)
    assert found.roles["exercise-3"] == (name,)
    assert {role: paths for role, paths in found.roles.items() if paths and role != "exercise-3"} == {
        f"exercise-{number}": (f"lab{number}ex.pdf",) for number in (1, 2, 4, 8)
    }
