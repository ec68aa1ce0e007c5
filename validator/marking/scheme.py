"""Turns the tables of a marking scheme into criteria and questions, refusing every mistake with its path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from validator.marking.amending import Placed
from validator.marking.pictures import picture_names
from validator.marking.readings import known_names
from validator.marking.rubric import Criterion, Question, RubricError
from validator.marking.sentences import sentence_ids
from validator.marking.shapes import list_of, nearest, table_of, value_of
from validator.plan import Plan


def criterion_from(placed: Placed, plan: Plan, clauses: Mapping[str, Placed]) -> Criterion:
    """The criterion of this table. Raises RubricError with the path to the first mistake."""
    path = placed.path
    table = table_of(placed.table, path, required=("id", "title", "cites", "marks", "question"))
    questions = list_of(table["question"], f"{path}: question")
    return Criterion(
        id=table["id"],
        title=value_of(str, table["title"], f"{path}: title"),
        cites=value_of(str, table["cites"], f"{path}: cites"),
        marks=value_of(Decimal, table["marks"], f"{path}: marks"),
        questions=tuple(
            _question(question, plan, clauses, f"{path}: question {number}")
            for number, question in enumerate(questions, start=1)
        ),
    )


def _question(value: Any, plan: Plan, clauses: Mapping[str, Placed], path: str) -> Question:
    table = table_of(value, path, required=("ask",), optional=("sentences", "readings", "pictures", "clauses"))
    known = {
        "sentences": sentence_ids(),
        "readings": known_names((role.name for role in plan.roles if role.kind == "notebook"), plan.classifier_names),
        "pictures": picture_names(plan.classifier_names),
        "clauses": clauses,
    }
    named = {key: _names(table.get(key, []), names, f"{path}: {key}", key) for key, names in known.items()}
    return Question(ask=value_of(str, table["ask"], f"{path}: ask"), **named)


def _names(value: Any, known: Iterable[str], path: str, kind: str) -> tuple[str, ...]:
    """Names that are known, each once."""
    names: tuple[str, ...] = value_of(tuple[str, ...], value, path)
    known = list(known)
    for number, name in enumerate(names):
        if name not in known:
            raise RubricError(f"{path}: no {kind.removesuffix('s')} `{name}`{nearest(name, known)}")
        if name in names[:number]:
            raise RubricError(f"{path}: `{name}` is named twice")
    return names
