"""Pictures in notebooks: which are outputs, which are pasted, and which no code can have shown."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from validator.measuring.probes.figure_outputs import can_show, stored

CODED = base64.b64encode(b"a picture, as far as this test goes" * 4).decode()
SHOWN = {"output_type": "display_data", "metadata": {}, "data": {"image/png": CODED, "text/plain": "fig"}}


def notebook(tmp_path: Path, *cells: dict[str, Any], **more: Any) -> Path:
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "cells": list(cells), **more}))
    return path


def code(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "outputs": list(outputs)}


def test_outputs_are_told_with_their_cell(tmp_path: Path) -> None:
    cells = [code("x = 1"), code("plt.show()", SHOWN, {"output_type": "stream", "text": "hello"})]
    (found,) = stored(notebook(tmp_path, *cells))
    assert (found.cell, found.pasted, found.explained) == (1, False, True)
    assert found.content.startswith(b"a picture")


def test_lines_of_base64_and_pictures_in_html_are_read(tmp_path: Path) -> None:
    lines = {"data": {"image/png": [CODED[:40] + "\n", CODED[40:]]}}
    html = {"data": {"text/html": f'<img src="data:image/png;base64,{CODED}">'}}
    assert len(stored(notebook(tmp_path, code("show()", lines, html)))) == 2


def test_notebooks_of_format_3_are_read(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "input": "show()", "outputs": [{"output_type": "display_data", "png": CODED}]}
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps({"nbformat": 3, "worksheets": [{"cells": [cell]}]}))
    assert len(stored(path)) == 1


def test_pictures_in_text_cells_are_pasted(tmp_path: Path) -> None:
    attached = {"cell_type": "markdown", "source": "", "attachments": {"a.png": {"image/png": CODED}}}
    written = {"cell_type": "markdown", "source": f"![samples](data:image/png;base64,{CODED})"}
    assert [(each.cell, each.pasted) for each in stored(notebook(tmp_path, attached, written))] == [
        (0, True),
        (1, True),
    ]


@pytest.mark.parametrize(
    "source", ["", "# the samples of the model", "import torch", "STEPS = 10\nNAMES = ['a']", "def show():\n    plot()"]
)
def test_code_that_cannot_show_a_picture_does_not_explain_one(tmp_path: Path, source: str) -> None:
    assert not can_show(source)
    (found,) = stored(notebook(tmp_path, code(source, SHOWN)))
    assert not found.explained


@pytest.mark.parametrize(
    "source",
    [
        "plt.show()",
        "figure",
        "%matplotlib inline",
        "x = draw()",
        "import train",
        "from .plots import *",
        "for i in y:\n    pass",
        "@show\ndef f():\n    pass",
    ],
)
def test_code_that_may_show_a_picture_explains_one(source: str) -> None:
    assert can_show(source)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[1, 2]",
        b'{"cells": 3}',
        b'{"cells": [1, null, {"cell_type": "code", "outputs": "x"}]}',
        b"\xff\xfe",
        b'{"cells": [{"cell_type": "code", "outputs": [{"data": {"image/png": 7}}]}]}',
        b'{"cells": [{"cell_type": "code", "source": "f()", "outputs": [{"data": {"image/png": "***"}}]}]}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_notebook_holds_no_pictures(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(text)
    assert stored(path) == ()
