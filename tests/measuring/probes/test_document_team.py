"""Team lists of every make: user ids are found, lines that are something else are named, and no name is kept."""

from pathlib import Path

import pytest

from validator import plain
from validator.evidence import Document, Submission
from validator.measuring.probes import document_team
from validator.measuring.probes.task import Task
from validator.plan import Plan, Role

TEAM = Role(name="team", kind="team", stem="team", suffixes=(".txt",), naming="plain")
PATTERN = r"[a-z]{2,4}[0-9][a-z][0-9]{2}"


def read(tmp_path: Path, content: bytes | str) -> Document:
    (tmp_path / "team.txt").write_bytes(content.encode() if isinstance(content, str) else content)
    submission = Submission(id="abc1d23", sha256="0", source="abc1d23.zip")
    plan = Plan(roles=(TEAM,), user_ids=PATTERN)
    task = Task(submission=submission, given="", home=str(tmp_path), plan=plan)
    return document_team.read(root=tmp_path, path="team.txt", role=TEAM, task=task)


def ids(document: Document) -> list[str]:
    return [entry.words for entry in document.entries if entry.key == "member"]


def kinds(document: Document) -> list[str]:
    return [flag.kind for flag in document.flags]


LIST = "ab1c20\nxyz2d21\nqr9e19\n"


@pytest.mark.parametrize(
    "content",
    [
        LIST,
        LIST.replace("\n", "\r\n"),
        LIST.replace("\n", "\r"),
        LIST.upper(),
        "# our team\n\n" + LIST + "\n\n",
        "  ab1c20  \n\t xyz2d21\n qr9e19",
        LIST.replace("\n", "@soton.ac.uk\n"),
        "- ab1c20\n- xyz2d21\n- qr9e19\n",
    ],
)
def test_one_id_a_line_is_read_whatever_the_line_ends(tmp_path, content):
    document = read(tmp_path, content)
    assert ids(document) == ["ab1c20", "xyz2d21", "qr9e19"]
    assert document.readings["team.members"].value == 3
    assert document.flags == ()


@pytest.mark.parametrize(
    ("content", "remark"),
    [
        (b"\xef\xbb\xbf" + LIST.encode(), "UTF-8 with a byte order mark"),
        (LIST.encode("utf-16"), "UTF-16 with a byte order mark"),
        (b"# caf\xe9\n" + LIST.encode(), "not UTF-8; read as Windows-1252"),
    ],
)
def test_an_unusual_encoding_is_read_and_remarked(tmp_path, content, remark):
    document = read(tmp_path, content)
    assert ids(document) == ["ab1c20", "xyz2d21", "qr9e19"]
    assert [(flag.kind, flag.detail) for flag in document.flags] == [("unusual-encoding", remark)]


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b"", "empty-file", "empty"),
        (b" \r\n\t\n", "empty-file", "empty"),
        (b"%PDF-1.7 and so on", "not-text", "a PDF"),
        (b"PK\x03\x04word", "not-text", "a Word document"),
        (b"{\\rtf1 ab1c20}", "not-text", "rich text"),
        (b"ab1c20\n\x00\x00\x00", "not-text", "zero bytes"),
        (b"\xff\xfea", "not-text", "UTF-16"),
        (b"ab1c20\n" * 60_000, "too-large", "256 KiB"),
    ],
)
def test_what_is_no_list_is_one_clear_remark_and_no_number(tmp_path, content, kind, words):
    document = read(tmp_path, content)
    assert kinds(document) == [kind]
    assert words in document.flags[0].detail
    assert document.readings["team.members"].value is None


def test_a_missing_or_special_file_is_a_remark(tmp_path):
    (tmp_path / "team.txt").mkdir()
    submission = Submission(id="x", sha256="0", source="x.zip")
    task = Task(submission=submission, given="", home=str(tmp_path), plan=Plan(roles=(TEAM,)))
    document = document_team.read(root=tmp_path, path="team.txt", role=TEAM, task=task)
    assert kinds(document) == ["not-text"]


@pytest.mark.parametrize(
    ("content", "kind", "where"),
    [
        ("ab1c20 xyz2d21\nqr9e19", "several-ids-on-a-line", "line 1"),
        ("ab1c20, xyz2d21, qr9e19", "several-ids-on-a-line", "line 1"),
        ("ab1c20\nxyz2d21 Robin Example", "words-beside-an-id", "line 2"),
        ("ab1c20\nRobin Example", "line-without-an-id", "line 2"),
        ("ab1c20\nab1c200", "line-without-an-id", "line 2"),
        ("ab1c20\nAB1C20", "repeated-id", "line 2"),
    ],
)
def test_a_line_that_is_not_one_id_is_named_by_its_number(tmp_path, content, kind, where):
    document = read(tmp_path, content)
    assert [(flag.kind, flag.where) for flag in document.flags] == [(kind, where)]


def test_ten_thousand_lines_are_not_all_read(tmp_path):
    document = read(tmp_path, "ab1c20\n" + "x\n" * 10_000)
    assert "team-too-long" in kinds(document)
    assert len(document.flags) <= document_team.MOST_LINES + 1


@pytest.mark.parametrize(
    "line", ["a" + " " * 250_000 + "b", "a" * 250_000, "a1" * 120_000, ":" * 250_000, "https://" + "x" * 250_000]
)
def test_a_line_of_any_length_is_read(tmp_path, line):
    document = read(tmp_path, line + "\nab1c20")
    assert ids(document) == ["ab1c20"]
    assert len(str(plain.to_plain(document))) < 2000


TEMPLATES = [
    "Team name: The Gradients\nPaper title: On the Shape of Losses\nPaper URL: https://openreview.net/forum?id=abc\n"
    "Members:\nab1c20\nxyz2d21\nqr9e19\n",
    "Paper: On the Shape of Losses\nMember 1: Robin Example (ab1c20)\nMember 2: Sam Sample <xyz2d21@soton.ac.uk>\n"
    "Member 3: Kim Muster qr9e19\n",
    "title = On the Shape of Losses\nteam = ab1c20, xyz2d21, qr9e19\n",
    "Title:\nOn the Shape of Losses\n\nLeader: ab1c20\nxyz2d21\nqr9e19\n",
]


@pytest.mark.parametrize("content", TEMPLATES)
def test_templates_of_several_forms_tell_members_and_paper(tmp_path, content):
    document = read(tmp_path, content)
    assert ids(document) == ["ab1c20", "xyz2d21", "qr9e19"]
    assert any(entry.key == "paper" for entry in document.entries)


def test_the_address_of_a_paper_is_kept_and_any_other_is_not(tmp_path):
    document = read(tmp_path, "ab1c20\nhttps://arxiv.org/abs/2101.00001\nhttps://github.com/robin-example/paper\n")
    assert [entry.words for entry in document.entries if entry.key == "paper"] == ["https://arxiv.org/abs/2101.00001"]
    assert "robin" not in str(plain.to_plain(document)).lower()


@pytest.mark.parametrize("content", [*TEMPLATES, "Robin Example ab1c20\nSam Sample\nRobin Example\nab1c20 Kim Muster"])
def test_no_name_and_no_title_is_kept(tmp_path, content):
    kept = str(plain.to_plain(read(tmp_path, content))).lower()
    for word in ("robin", "sample", "muster", "gradients", "shape"):
        assert word not in kept
