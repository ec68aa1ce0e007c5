"""Lays one rubric's text over another's: plan keys, clauses and criteria by id, dropped clauses. Plain tables only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from validator.marking.rubric import RubricError
from validator.marking.shapes import list_of, listed, nearest, shown


@dataclass(frozen=True, kw_only=True)
class Placed:
    """One raw table and where its author last touched it: `x.toml: clause 7 (paper-length)`."""

    table: Mapping[str, Any]
    path: str


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A rubric as tables, not yet checked: clauses and criteria by id in order."""

    head: Mapping[str, Any]
    plan: Mapping[str, Any]
    clauses: Mapping[str, Placed]
    criteria: Mapping[str, Placed]
    notes: tuple[Any, ...] = ()
    drop: tuple[str, ...] = field(default=())


def draft(document: Mapping[str, Any], *, name: str) -> Draft:
    """The tables of one file. Raises RubricError on a clause or criterion without an id, or with one used twice."""
    plan = document.get("plan", {})
    if not isinstance(plan, Mapping):
        raise RubricError(f"{name}: plan: expected a table, got {shown(plan)}")
    return Draft(
        head=document,
        plan=plan,
        clauses=_by_id(document, "clause", name),
        criteria=_by_id(document, "criterion", name),
        notes=tuple(list_of(document.get("notes", []), f"{name}: notes")),
        drop=tuple(map(str, list_of(document.get("drop", []), f"{name}: drop"))),
    )


def amended(*, base: Draft, by: Draft, name: str) -> Draft:
    """The base with everything laid over it that the amending rubric says."""
    for dropped in by.drop:
        if dropped not in base.clauses:
            raise RubricError(f"{name}: drop: no clause `{dropped}` to drop{nearest(dropped, base.clauses)}")
    kept = {key: placed for key, placed in base.clauses.items() if key not in by.drop}
    return Draft(
        head={**base.head, **by.head},
        plan=_over(base.plan, by.plan),
        clauses=_placed_over(kept, by.clauses),
        criteria=_placed_over(base.criteria, by.criteria),
        notes=(*base.notes, *by.notes),
    )


def _by_id(document: Mapping[str, Any], kind: str, name: str) -> dict[str, Placed]:
    found: dict[str, Placed] = {}
    for number, table in enumerate(list_of(document.get(kind, []), f"{name}: {kind}"), start=1):
        path = f"{name}: {kind} {number}"
        if not isinstance(table, Mapping):
            raise RubricError(f"{path}: expected a table, got {shown(table)}")
        key = table.get("id")
        if not isinstance(key, str) or not key:
            raise RubricError(f"{path}: `id` is missing; every {kind} has one, in words with dashes")
        if key in found:
            raise RubricError(f"{path} ({key}): this id is already taken; ids here: {listed(found)}")
        found[key] = Placed(table=table, path=f"{path} ({key})")
    return found


def _placed_over(base: Mapping[str, Placed], by: Mapping[str, Placed]) -> dict[str, Placed]:
    laid = dict(base)
    for key, placed in by.items():
        under = laid[key].table if key in laid else {}
        laid[key] = Placed(table=_over(under, placed.table), path=placed.path)
    return laid


def _over(base: Mapping[str, Any], by: Mapping[str, Any]) -> dict[str, Any]:
    """Key by key; a table over a table goes inside, anything else replaces."""
    laid = dict(base)
    for key, value in by.items():
        under = laid.get(key)
        both = isinstance(under, Mapping) and isinstance(value, Mapping)
        laid[key] = _over(under, value) if both and under is not None else value
    return laid
