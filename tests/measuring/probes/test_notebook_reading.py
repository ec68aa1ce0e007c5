"""Reading a notebook that somebody else's program, or somebody hostile, wrote."""

import json
from pathlib import Path

import pytest

from validator.measuring.probes import notebook


def read(folder: Path, content: bytes | str, name: str = "a.ipynb") -> notebook.Document:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return notebook.read(file)


def book(*cells: dict[str, object], **top: object) -> str:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **top})


def code(text: object = "x = 1", **metadata: object) -> dict[str, object]:
    return {"cell_type": "code", "source": text, "metadata": metadata, "outputs": [], "execution_count": None}


def kinds(document: notebook.Document) -> list[str]:
    return [flag.kind for flag in document.flags]


def test_cells_keep_their_place_among_all_cells(tmp_path: Path) -> None:
    document = read(tmp_path, book({"cell_type": "markdown", "source": "hello"}, code(["a = 1\n", "b = 2"])))
    assert [(cell.index, cell.text) for cell in document.code] == [(1, "a = 1\nb = 2")]
    assert kinds(document) == []


def test_a_byte_order_mark_is_read_past_and_flagged(tmp_path: Path) -> None:
    document = read(tmp_path, b"\xef\xbb\xbf" + book(code()).encode())
    assert len(document.code) == 1
    assert kinds(document) == ["bom"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("<html><body>sign in</body></html>", "not-a-notebook"),
        ("[1, 2]", "not-a-notebook"),
        ('{"metadata": {}}', "not-a-notebook"),
        (b"\xff\xfe\x00x", "not-a-notebook"),
        ('{"cells": {"0": "x = 1"}, "nbformat": 4}', "not-a-notebook"),
        ('{"cells": "x = 1"}', "not-a-notebook"),
        (book(code()).encode("utf-16"), "not-a-notebook"),
        (book(code())[:-20], "not-a-notebook"),
        ("", "empty-file"),
        (" \n", "empty-file"),
        ("[" * 100_000 + "]" * 100_000, "nested-too-deeply"),
        ('{"cells": [], "metadata": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested-too-deeply"),
    ],
    ids=["html", "list", "no cells", "bytes", "table", "text", "utf-16", "torn", "empty", "blank", "nested", "inside"],
)
def test_what_is_no_notebook_is_a_flag(tmp_path: Path, content: bytes | str, kind: str) -> None:
    document = read(tmp_path, content)
    assert not document.readable
    assert kinds(document) == [kind]


def test_a_huge_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "NOTEBOOK_BYTES", 100)
    assert kinds(read(tmp_path, book(code("x" * 200)))) == ["huge-file"]


def test_a_missing_file_is_a_flag(tmp_path: Path) -> None:
    assert kinds(notebook.read(tmp_path / "absent.ipynb")) == ["unreadable-file"]


def test_an_old_format_is_read(tmp_path: Path) -> None:
    old = {"nbformat": 3, "metadata": {}, "worksheets": [{"cells": [{"cell_type": "code", "input": "x = 3"}]}]}
    document = read(tmp_path, json.dumps(old))
    assert [cell.text for cell in document.code] == ["x = 3"]
    assert kinds(document) == ["old-notebook-format"]


def test_a_newer_format_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    document = read(tmp_path, book(code("x = 5"), nbformat=5))
    assert [cell.text for cell in document.code] == ["x = 5"]
    assert kinds(document) == ["unknown-notebook-format"]


def test_a_cell_without_text_is_flagged(tmp_path: Path) -> None:
    assert kinds(read(tmp_path, book(code(), {"cell_type": "code", "metadata": {}}))) == ["missing-source"]


@pytest.mark.parametrize("source", [None, 3, {"0": "x"}])
def test_a_source_that_is_no_text_is_an_empty_cell_and_flagged(tmp_path: Path, source: object) -> None:
    document = read(tmp_path, book(code(), code(source)))
    assert [cell.text for cell in document.code] == ["x = 1", ""]
    assert kinds(document) == ["missing-source"]


def test_what_stands_among_the_cells_and_is_none_is_left_out_and_flagged(tmp_path: Path) -> None:
    document = json.loads(book(code("a"), code("b")))
    document["cells"][1:1] = [None, "x", 3]
    found = read(tmp_path, json.dumps(document))
    assert [cell.text for cell in found.code] == ["a", "b"]
    assert kinds(found) == ["malformed-cell"]


def test_ids_that_are_the_same_and_outputs_that_are_none_are_no_matter(tmp_path: Path) -> None:
    odd = {"id": "same", "outputs": [3, None, {"output_type": 7, "text": {"a": [1]}}], "execution_count": "x"}
    document = read(tmp_path, book({**code("a"), **odd}, {**code("b"), **odd, "outputs": "none"}, code("c", tags=3)))
    assert [cell.text for cell in document.code] == ["a", "b", "c"]
    assert kinds(document) == []


def test_a_notebook_without_code_is_flagged(tmp_path: Path) -> None:
    assert kinds(read(tmp_path, book({"cell_type": "markdown", "source": "x"}))) == ["no-code"]


@pytest.mark.parametrize("tag", ["skip-execution", "raises-exception"])
def test_tags_that_steer_execution_are_flagged(tmp_path: Path, tag: str) -> None:
    assert kinds(read(tmp_path, book(code("x", tags=[tag])))) == ["hostile-metadata"]


def test_a_kernel_of_another_language_is_flagged(tmp_path: Path) -> None:
    document = read(tmp_path, book(code(), metadata={"kernelspec": {"name": "ir", "language": "R"}}))
    assert kinds(document) == ["hostile-metadata"]


@pytest.mark.parametrize(
    "metadata", [{"kernelspec": {"name": "python3", "language": "python"}}, [], None, {"kernelspec": 3}]
)
def test_usual_and_broken_metadata_are_no_matter(tmp_path: Path, metadata: object) -> None:
    assert kinds(read(tmp_path, book(code(), metadata=metadata))) == []


def test_text_that_no_file_can_hold_is_made_writable(tmp_path: Path) -> None:
    (cell,) = read(tmp_path, book(code("x = '\ud800'"))).code
    assert cell.text == "x = '?'"


def test_a_script_is_one_cell(tmp_path: Path) -> None:
    document = read(tmp_path, "a = 1\r\nb = 2\r\n", name="a.py")
    assert document.script
    assert [cell.text for cell in document.cells] == ["a = 1\nb = 2\n"]


def test_a_script_that_is_not_text_is_flagged(tmp_path: Path) -> None:
    assert kinds(read(tmp_path, b"# coding: utf-8\nx = '\xff'\n", name="a.py")) == ["not-text"]
