"""rubrics/README.md names every rubric, every key and every shape that there is."""

import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from validator.marking import rubric_ids
from validator.marking.building import HEAD
from validator.marking.rubric import Clause, Criterion, Part, Question, Shape, Sharing
from validator.plan import Naming, Role, RoleKind

TEXT = (Path(__file__).parent.parent / "rubrics" / "README.md").read_text(encoding="utf-8")


def test_its_table_has_the_rubrics_that_are_there() -> None:
    assert sorted(re.findall(r"^\| `([\w-]+)\.toml` \|", TEXT, re.MULTILINE)) == sorted(rubric_ids())


@pytest.mark.parametrize(
    "word",
    [
        *get_args(Shape),
        *get_args(RoleKind),
        *(key for key in HEAD if key not in ("plan", "clause", "criterion", "sharing", "part")),
        *(field.name for kind in (Role, Clause, Criterion, Question, Sharing, Part) for field in fields(kind)),
    ],
)
def test_every_word_of_a_rubric_is_explained(word: str) -> None:
    named = {"questions": "[[criterion.question]]"}.get(word, word)
    assert f"`{named}`" in TEXT or f"`[[{named}]]`" in TEXT


@pytest.mark.parametrize("word", get_args(Naming))
def test_every_way_to_name_a_file_is_explained(word: str) -> None:
    assert f'`"{word}"`' in TEXT


@pytest.mark.parametrize("table", ["plan", "plan.environment", "sharing"])
def test_every_table_is_explained(table: str) -> None:
    assert f"`[{table}]`" in TEXT
