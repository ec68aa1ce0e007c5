"""A requirements.txt and a README as documents: what is listed, what is not followed, what tells how to run."""

from __future__ import annotations

from pathlib import Path

import pytest

from validator.evidence import Document, Submission
from validator.measuring.probes import document_readme, document_requirements
from validator.measuring.probes.task import Task
from validator.plan import Plan, Role

REQUIREMENTS = Role(name="requirements", kind="requirements", stem="requirements", suffixes=(".txt",), naming="plain")
README = Role(name="readme", kind="readme", stem="readme", suffixes=(".md", ".txt", ""), naming="plain")
TASK = Task(
    submission=Submission(id="abcd12", sha256="0", source="abcd12.zip"),
    given="",
    home="",
    plan=Plan(roles=(REQUIREMENTS, README)),
)


def listed(folder: Path, content: bytes) -> Document:
    (folder / "requirements.txt").write_bytes(content)
    return document_requirements.read(root=folder, path="requirements.txt", role=REQUIREMENTS, task=TASK)


def described(folder: Path, content: bytes) -> Document:
    (folder / "README.md").write_bytes(content)
    return document_readme.read(root=folder, path="README.md", role=README, task=TASK)


def test_packages_have_their_names_and_versions(tmp_path):
    found = listed(
        tmp_path, b"# what it needs\nTorch>=1.13,<3\nscikit_learn\nnumpy==1.26.4 ; python_version < '3.13'\n"
    )
    assert {entry.key: entry.words for entry in found.entries} == {
        "torch": "<3,>=1.13",
        "scikit-learn": "",
        "numpy": '==1.26.4; python_version < "3.13"',
    }
    assert found.flags == ()
    assert found.readings["requirements.packages"].value == 3


def test_addresses_and_options_are_named_and_not_followed(tmp_path):
    found = listed(
        tmp_path,
        b"--extra-index-url https://example.invalid/whl\ntorch @ https://example.invalid/torch.whl\n"
        b"git+https://example.invalid/clip.git#egg=Open_Clip\n-e .\n",
    )
    assert {entry.key: entry.words for entry in found.entries} == dict.fromkeys(
        ("torch", "open-clip"), "from an address"
    )
    assert [flag.kind for flag in found.flags] == ["requirement-line"] * 4
    assert all("not followed" in flag.detail for flag in found.flags)


@pytest.mark.parametrize("content", [bytes(100_000), b"\xff\xfe\x00", b"a\n" * 2_000])
def test_a_file_that_is_no_list_is_one_flag_and_no_number(tmp_path, content):
    found = listed(tmp_path, content)
    assert [flag.kind for flag in found.flags] == ["requirements-unreadable"]
    assert found.readings["requirements.packages"].why


@pytest.mark.parametrize(
    "content",
    [
        b"numpy; " + b"(" * 20_000 + b"os_name == 'a'" + b")" * 20_000,
        b"numpy[" + b"a," * 30_000 + b"a]",
        b"numpy" + b">=1," * 15_000 + b">=1",
        b"a @ " * 10_000,
    ],
)
def test_a_line_made_to_break_a_parser_is_a_line_that_is_taken_or_is_not(tmp_path, content):
    found = listed(tmp_path, content)
    assert len(found.entries) + len(found.flags) >= 1


def test_an_empty_list_is_a_list_of_nothing(tmp_path):
    assert listed(tmp_path, b"").readings["requirements.packages"].value == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# Project\n\n    python train.py --seed 2023\n", {"starts Python": "line 3"}),
        ("Open analysis.ipynb and run all cells.\n", {"opens a notebook": "line 1", "tells what to run": "line 1"}),
        ("pip install -r requirements.txt\n", {"installs packages": "line 1"}),
        ("This project classifies birds by their song.\n", {}),
        ("", {}),
    ],
)
def test_what_tells_how_to_run_is_found_with_its_line(tmp_path, text, words):
    found = described(tmp_path, text.encode())
    assert {entry.words: entry.where for entry in found.entries} == words
    assert found.readings["readme.words"].value == len(text.split())


def test_no_sentence_of_a_readme_is_kept(tmp_path):
    found = described(tmp_path, b"Jane Example, 12345678: run python main.py\n")
    assert "Jane" not in str(found)
    assert "12345678" not in str(found)


@pytest.mark.parametrize("content", [b"%PDF-1.7 ...", b"PK\x03\x04word"])
def test_a_readme_that_is_no_text_has_no_number(tmp_path, content):
    found = described(tmp_path, content)
    assert [flag.kind for flag in found.flags] == ["readme-unreadable"]
    assert found.readings["readme.words"].why


def test_a_long_line_and_a_long_file_cost_nothing(tmp_path):
    found = described(tmp_path, b"python " * 10_000_000)
    assert found.readings["readme.words"].value <= document_readme.FILE_BYTES
