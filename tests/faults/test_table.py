"""Every fault of the table has tests that exist, and every hostile notebook belongs to a fault that knows of it."""

import ast
import tomllib
from pathlib import Path
from typing import Any

import pytest

from fixtures import hostile

TESTS = Path(__file__).resolve().parents[1]
TABLE = tomllib.loads((Path(__file__).parent / "table.toml").read_text(encoding="utf-8"))["fault"]
NUMBERS = range(1, 34)


def functions(file: Path) -> set[str]:
    """Tests of a file, read and not run."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_fault_has_its_row() -> None:
    assert [row["number"] for row in TABLE] == list(NUMBERS)
    assert all(row["injected"] and row["expected"] and row["tests"] for row in TABLE)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: str(row["number"]))
def test_the_tests_that_a_row_names_exist(row: dict[str, Any]) -> None:
    for named in row["tests"]:
        file, _, name = named.partition("::")
        assert name in functions(TESTS / file), named
    assert len(set(row["tests"])) == len(row["tests"])


def test_the_rows_know_which_hostile_notebooks_are_theirs() -> None:
    assert {row["number"] for row in TABLE if row["hostile"]} == {each.fault for each in hostile.corpus()}
