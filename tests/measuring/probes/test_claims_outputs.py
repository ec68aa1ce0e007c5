"""Claims of a notebook's stored outputs and text cells: streams, results, logs, every format; nothing is executed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from validator.measuring.probes import notebook
from validator.measuring.probes.claims_outputs import claims_of, claims_of_file
from validator.measuring.probes.notebook_outputs import OUTPUT_CHARACTERS, stored_text
from validator.measuring.probes.source import source


def stream(text: Any) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def code(*outputs: Any, text: str = "train()") -> dict[str, Any]:
    return {"cell_type": "code", "source": text, "metadata": {}, "execution_count": 1, "outputs": list(outputs)}


def write(folder: Path, *cells: dict[str, Any]) -> Path:
    path = folder / "a-classifier.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}))
    return path


def told(folder: Path, *cells: dict[str, Any], role: str = "classifier") -> list[tuple[str, str, float]]:
    found = claims_of(notebook.read(write(folder, *cells)), role=role)
    return [(claim.where, claim.kind, claim.value) for claim in found]


def test_a_stream_a_result_and_a_display_are_read(tmp_path):
    result = {"output_type": "execute_result", "data": {"text/plain": "Number of parameters: 98,442"}}
    shown = {"output_type": "display_data", "data": {"text/plain": ["Test accuracy: ", "93.4%"], "image/png": "x"}}
    cells = (code(stream("> Number of optimisation steps: 9,984\n")), code(result, shown))
    assert told(tmp_path, *cells) == [
        ("cell 0 output", "steps", 9_984),
        ("cell 1 output", "parameters", 98_442),
        ("cell 1 output", "accuracy", pytest.approx(0.934)),
    ]


def test_claims_are_about_the_role_of_the_file(tmp_path):
    found = claims_of(notebook.read(write(tmp_path, code(stream("Parameters: 98,442")))), role="generator")
    assert [claim.about for claim in found] == ["generator"]


def test_of_a_training_log_the_last_line_is_kept_and_said_to_be_one(tmp_path):
    log = "".join(f"step {step:,}  loss {1 / step:.4f}\n" for step in range(100, 10_100, 100))
    found = claims_of(notebook.read(write(tmp_path, code(stream(log)))), role="classifier")
    assert [(claim.kind, claim.value, claim.flags) for claim in found] == [
        ("steps", 10_000, ("log-line",)),
        ("loss", 0.0001, ("log-line",)),
    ]


def test_two_lines_alike_with_different_numbers_are_a_log_and_one_line_twice_is_not(tmp_path):
    text = "test acc: 0.55\ntest acc: 0.70\ntrain acc: 0.99\ntrain acc: 0.99\n"
    found = claims_of(notebook.read(write(tmp_path, code(stream(text)))), role="classifier")
    assert [(claim.value, claim.flags) for claim in found] == [
        (0.55, ("log-line",)),
        (0.7, ("log-line",)),
        (0.99, ()),
    ]


def test_a_progress_bar_is_read_as_it_stood_at_last(tmp_path):
    bar = "".join(f"\rloss: 0.{number}" for number in range(10, 60))
    assert told(tmp_path, code(stream(f"{bar}\n"))) == [("cell 0 output", "loss", 0.59)]


def test_colours_of_a_terminal_are_no_digits(tmp_path):
    assert told(tmp_path, code(stream("\x1b[1mTest accuracy\x1b[0m: \x1b[32m0.934\x1b[0m"))) == [
        ("cell 0 output", "accuracy", 0.934)
    ]


def test_a_text_cell_may_state_a_number(tmp_path):
    cell = {"cell_type": "markdown", "source": "The **classifier** has `98,442` parameters.", "metadata": {}}
    assert told(tmp_path, cell) == [("cell 0", "parameters", 98_442)]


def test_outputs_of_an_old_format_are_read(tmp_path):
    cell = {"cell_type": "code", "input": "x", "outputs": [{"output_type": "pyout", "text": ["Parameters: 98,442"]}]}
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"nbformat": 3, "metadata": {}, "worksheets": [{"cells": [cell]}]}))
    assert [claim.value for claim in claims_of(notebook.read(path), role="")] == [98_442]


@pytest.mark.parametrize(
    "outputs",
    [None, 7, "text", {}, [None], [7], [{"text": 7}], [{"data": 7}], [{"data": {"text/plain": {"a": 1}}}], [["x"]]],
    ids=repr,
)
def test_outputs_of_any_other_shape_say_nothing(outputs):
    assert stored_text(outputs).strip() == ""


def test_of_endless_output_both_ends_are_kept():
    text = stored_text([stream("first\n" + "x" * OUTPUT_CHARACTERS * 2 + "\nlast")])
    assert len(text) <= OUTPUT_CHARACTERS + 1
    assert (text[:5], text[-4:]) == ("first", "last")


def test_a_source_carries_the_claims_of_its_outputs(tmp_path):
    write(tmp_path, code(stream("Parameters: 98,442"), text="print(1)"))
    found = source(root=tmp_path, path="a-classifier.ipynb", role="classifier")
    assert [claim.value for claim in found.claims] == [98_442]


def test_a_script_claims_nothing_before_it_runs(tmp_path):
    (tmp_path / "a.py").write_text("print('Parameters: 98,442')\n")
    assert source(root=tmp_path, path="a.py", role="classifier").claims == ()


def test_text_cells_of_an_executed_notebook_are_not_what_it_printed(tmp_path):
    text = {"cell_type": "markdown", "source": "It has 11,111 parameters.", "metadata": {}}
    path = write(tmp_path, text, code(stream("Parameters: 98,442")))
    assert [claim.value for claim in claims_of_file(path, role="classifier")] == [98_442]
    assert claims_of_file(tmp_path / "none.ipynb", role="classifier") == ()


def test_a_flood_of_output_is_read_to_an_end(tmp_path):
    cells = [code(stream("1" * 200_000)), code(stream("accuracy 0.9 loss 0.1\n" * 20_000))]
    assert len(told(tmp_path, *cells)) < 10
