"""Finds rubric files and loads them: TOML in, `Rubric` out. Every mistake is a RubricError with its path."""

from __future__ import annotations

import hashlib
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from validator.marking.amending import Draft, amended, draft
from validator.marking.building import rubric_from
from validator.marking.rubric import Rubric, RubricError
from validator.marking.shapes import listed, nearest, shown

SCHEMA = 1


def rubrics_folder() -> Path:
    """Where the shipped rubrics lie: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "rubrics"
    return inside if inside.is_dir() else package.parent / "rubrics"


def rubric_ids() -> tuple[str, ...]:
    """The ids of the shipped rubrics, sorted."""
    return tuple(sorted(path.stem for path in rubrics_folder().glob("*.toml")))


def load_rubric(path_or_id: Path | str) -> Rubric:
    """The rubric with this id, or in this file. Raises RubricError."""
    path = _path_of(path_or_id)
    drafts, digest = _drafts(path, seen=())
    return rubric_from(drafts, name=path.name, sha256=digest)


def _path_of(path_or_id: Path | str) -> Path:
    text = str(path_or_id)
    if isinstance(path_or_id, Path) or text.endswith(".toml") or "/" in text or "\\" in text:
        return Path(path_or_id)
    path = rubrics_folder() / f"{text}.toml"
    if not path.is_file():
        raise RubricError(f'no rubric "{text}"{nearest(text, rubric_ids())}; known: {listed(rubric_ids())}')
    return path


def _drafts(path: Path, *, seen: tuple[Path, ...]) -> tuple[Draft, str]:
    """The file's tables, laid over those of the rubric it amends, and the digest over all their texts."""
    if path.resolve() in seen:
        raise RubricError(f"{path.name}: amends: goes round in a circle")
    text = _text(path)
    document = _document(text, path.name)
    own = draft(document, name=path.name)
    if "amends" not in document:
        if own.drop:
            raise RubricError(f"{path.name}: drop: only a rubric that amends another one can drop clauses")
        return own, hashlib.sha256(text).hexdigest()
    base_path = _amended_path(document["amends"], path)
    base, digest = _drafts(base_path, seen=(*seen, path.resolve()))
    both = hashlib.sha256(text + b"\n" + digest.encode()).hexdigest()
    return amended(base=base, by=own, name=path.name), both


def _amended_path(value: Any, path: Path) -> Path:
    if not isinstance(value, str):
        raise RubricError(f"{path.name}: amends: expected the id of a rubric, got {shown(value)}")
    file_name = value if value.endswith(".toml") else f"{value}.toml"
    beside, shipped = path.parent / file_name, rubrics_folder() / file_name
    found = next((candidate for candidate in (beside, shipped) if candidate.is_file()), None)
    if found is None:
        raise RubricError(f"{path.name}: amends: no rubric {shown(value)} beside it or among {listed(rubric_ids())}")
    return found


def _text(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RubricError(f"{path}: cannot be read ({error.strerror}); give a rubric file or an id") from error


def _document(text: bytes, name: str) -> dict[str, Any]:
    try:
        document = tomllib.loads(text.decode("utf-8"), parse_float=Decimal)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise RubricError(f"{name}: not TOML: {error}") from error
    if document.get("schema") != SCHEMA:
        raise RubricError(f"{name}: schema: expected {SCHEMA}, got {shown(document.get('schema', 'nothing'))}")
    return document
