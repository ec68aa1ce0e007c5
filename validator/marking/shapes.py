"""Checks single values of a rubric against the kind a rule or a table asks for. Knows no file and no clause."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import GenericAlias
from typing import Any, Literal, get_args, get_origin

from validator.marking.rubric import RubricError


class Moment(datetime):
    """A kind of limit: a date and time with its offset from UTC or without; the rule says what a bare one means."""


NAMES = {
    int: "a whole number",
    Decimal: "a number",
    str: "text",
    bool: "true or false",
    date: "a date",
    datetime: "a date and time with its offset from UTC",
    Moment: "a date and time",
}


def value_of(kind: Any, value: Any, path: str) -> Any:
    """The value as its kind has it: `int`, `Decimal`, `str`, a date, a `Literal`, or `tuple[kind, ...]` of them.

    Whole numbers are at least 1. Raises RubricError naming the path, what was expected and what was there.
    """
    if get_origin(kind) is Literal:
        return _choice(get_args(kind), value, path)
    if isinstance(kind, GenericAlias):
        return _items(get_args(kind)[0], value, path)
    if kind is Decimal and type(value) in (int, Decimal):
        return _at_least(0, Decimal(value), path)
    if kind is Moment and type(value) is datetime:
        return value
    if type(value) is not kind or (kind is datetime and value.tzinfo is None):
        raise RubricError(f"{path}: expected {NAMES[kind]}, got {shown(value)}")
    return _at_least(1, value, path) if kind is int else value


def table_of(value: Any, path: str, *, required: Iterable[str], optional: Iterable[str] = ()) -> Mapping[str, Any]:
    """The value as a table with exactly these keys; an unknown one is refused with the nearest known."""
    if not isinstance(value, Mapping):
        raise RubricError(f"{path}: expected a table, got {shown(value)}")
    needed, known = list(required), [*required, *optional]
    for key in value:
        if key not in known:
            raise RubricError(f"{path}: unknown key `{key}`{nearest(key, known)}; known here: {listed(known)}")
    for key in needed:
        if key not in value:
            raise RubricError(f"{path}: `{key}` is missing")
    return value


def list_of(value: Any, path: str) -> list[Any]:
    """The value as a list."""
    if not isinstance(value, list):
        raise RubricError(f"{path}: expected a list, got {shown(value)}")
    return value


def kind_text(kind: Any) -> str:
    """What a limit of this kind must be: `a whole number`, `all or none`, `a list, each of it text`."""
    if get_origin(kind) is Literal:
        *first, last = map(str, get_args(kind))
        return f"{', '.join(first)} or {last}" if first else last
    if isinstance(kind, GenericAlias):
        return f"a list, each of it {kind_text(get_args(kind)[0])}"
    return NAMES[kind]


def shown(value: Any) -> str:
    """A value of a rubric as its author wrote it, shortened."""
    if isinstance(value, str):
        return '"' + (value if len(value) <= 60 else value[:57] + "...") + '"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "a table"
    return "a list" if isinstance(value, list) else str(value)


def nearest(word: str, known: Iterable[str]) -> str:
    """` (did you mean ...?)`, or nothing when no known word is close."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean `{close[0]}`?)" if close else ""


def listed(names: Iterable[str]) -> str:
    """Names in the order given, or the word for none."""
    return ", ".join(names) or "none"


def _choice(choices: tuple[Any, ...], value: Any, path: str) -> Any:
    if value not in choices:
        raise RubricError(f"{path}: expected one of {listed(map(str, choices))}, got {shown(value)}")
    return value


def _items(kind: Any, value: Any, path: str) -> tuple[Any, ...]:
    return tuple(value_of(kind, item, f"{path}[{number}]") for number, item in enumerate(list_of(value, path), 1))


def _at_least(lowest: int, value: Any, path: str) -> Any:
    if value < lowest:
        raise RubricError(f"{path}: expected {lowest} or more, got {value}")
    return value
