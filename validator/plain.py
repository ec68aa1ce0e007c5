"""Frozen dataclasses to and from plain JSON values, by their type hints; a mistake is a path to it.

Knows no class of ours; standard library only.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import types
import typing
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, TypeVar

T = TypeVar("T")

_PLAIN = (str, int, float, type(None))


class ShapeError(ValueError):
    """A plain value does not have the shape of its type: `layout.files[2].bytes: expected int, got str`."""


def to_plain(value: Any) -> Any:
    """Dataclasses become dicts, tuples lists, paths strings; everything else stays."""
    if isinstance(value, _PLAIN):
        return value
    fields = _fields(typing.cast(type, type(value)))
    if fields is not None:
        return {name: to_plain(getattr(value, name)) for name in fields}
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    return str(value) if isinstance(value, PurePath) else value


def from_plain(kind: type[T], value: Any) -> T:
    """Build `kind` from plain values. Raises ShapeError on anything missing, unknown or of another type."""
    return typing.cast(T, _build(kind, value, ""))


def prepare(kind: Any) -> None:
    """Look up beforehand what is known of a class and of all classes in it: a process that is forked then knows it."""
    known = isinstance(kind, type) and _fields(kind) is not None
    for inner in _hints(kind).values() if known else typing.get_args(kind):
        prepare(inner)


@functools.cache
def _fields(kind: type) -> dict[str, dataclasses.Field[Any]] | None:
    """Of a dataclass, by name; None of any other class."""
    return {f.name: f for f in dataclasses.fields(kind)} if dataclasses.is_dataclass(kind) else None


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _build(kind: Any, value: Any, path: str) -> Any:
    if kind is str and type(value) is str:  # most values are
        return value
    origin = typing.get_origin(kind)
    if dataclasses.is_dataclass(kind):
        return _build_dataclass(typing.cast(type, kind), value, path)
    if origin in (typing.Union, types.UnionType):
        return _build_union(kind, value, path)
    if origin is typing.Literal:
        if value not in typing.get_args(kind):
            raise ShapeError(f"{path}: expected one of {_choices(typing.get_args(kind))}, got {value!r}")
        return value
    if origin is tuple:
        _expect(isinstance(value, list), path, "a list", value)
        (inner, *_) = typing.get_args(kind)
        return tuple(_build(inner, item, f"{path}[{number}]") for number, item in enumerate(value))
    if origin is not None and issubclass(origin, Mapping):
        _expect(isinstance(value, dict), path, "a table", value)
        return {key: _build(typing.get_args(kind)[1], item, f"{path}.{key}") for key, item in value.items()}
    return _build_scalar(kind, value, path)


def _build_dataclass(kind: type, value: Any, path: str) -> Any:
    _expect(isinstance(value, dict), path or kind.__name__, "a table", value)
    prefix = f"{path}." if path else ""
    fields = _fields(kind) or {}
    for name in value:
        if name not in fields:
            raise ShapeError(f"{prefix}{name}: unknown key; known here: {_choices(tuple(fields))}")
    for name, f in fields.items():
        if name not in value and f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING:
            raise ShapeError(f"{prefix}{name}: missing")
    hints = _hints(kind)
    arguments = {name: _build(hints[name], item, f"{prefix}{name}") for name, item in value.items()}
    try:
        return kind(**arguments)
    except ShapeError:
        raise
    except ValueError as error:
        raise ShapeError(f"{path or kind.__name__}: {error}") from error


def _build_union(kind: Any, value: Any, path: str) -> Any:
    problems = []
    for option in typing.get_args(kind):
        try:
            return _build(option, value, path)
        except ShapeError as error:
            problems.append(error)
    raise problems[0]


def _build_scalar(kind: Any, value: Any, path: str) -> Any:
    if kind is Any or kind is object:
        return value
    if kind is type(None):
        _expect(value is None, path, "nothing", value)
        return None
    if kind is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        return _finite(value, path)
    if issubclass(kind, PurePath):
        _expect(isinstance(value, str), path, "a path", value)
        return kind(value)
    right = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
    _expect(right, path, _name(kind), value)
    return value


def _finite(value: int | float, path: str) -> float:
    """NaN and infinity are no numbers here: whoever wrote them had none."""
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ShapeError(f"{path}: expected a finite number")
    return number


def _expect(right: bool, path: str, wanted: str, value: Any) -> None:
    if not right:
        raise ShapeError(f"{path}: expected {wanted}, got {type(value).__name__} {str(value)[:60]!r}")


def _name(kind: Any) -> str:
    return {int: "a whole number", float: "a number", str: "text", bool: "true or false"}.get(kind, str(kind))


def _choices(names: tuple[Any, ...]) -> str:
    return ", ".join(str(name) for name in names)
