"""Turns the tables of a rubric into a `Rubric`, refusing every mistake with its path. Reads no file."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, get_args

from validator import plain
from validator.marking.amending import Draft, Placed
from validator.marking.readings import known_names
from validator.marking.report import Kind
from validator.marking.rubric import (
    Clause,
    Criterion,
    Penalty,
    Policy,
    Question,
    Rubric,
    RubricError,
    Shape,
)
from validator.marking.rules import Rule, find_rule
from validator.marking.shapes import list_of, listed, nearest, shown, table_of, value_of
from validator.plan import Plan

HEAD = ("schema", "id", "title", "amends", "drop", "notes", "plan", "clause", "criterion")
LARGEST = 2**63
PRICED = ("fixed", "per-unit", "per-tenth", "cap")
"""Penalty shapes that say a number of marks; `zero` and `refer` say none."""


def rubric_from(draft: Draft, *, name: str, sha256: str) -> Rubric:
    """The rubric of these tables. Raises RubricError with the path to the first mistake."""
    table_of(draft.head, name, required=("schema", "id", "title"), optional=HEAD[3:])
    plan = _plan(draft.plan, name)
    clauses = tuple(_clause(placed, plan) for placed in draft.clauses.values())
    if not clauses:
        raise RubricError(f"{name}: no [[clause]]: a rubric has at least one")
    criteria = tuple(_criterion(placed, plan, draft.clauses) for placed in draft.criteria.values())
    return Rubric(
        id=value_of(str, draft.head["id"], f"{name}: id"),
        title=value_of(str, draft.head["title"], f"{name}: title"),
        sha256=sha256,
        plan=plan,
        clauses=clauses,
        criteria=criteria,
        notes=value_of(tuple[str, ...], list(draft.notes), f"{name}: notes"),
    )


def _plan(table: Mapping[str, Any], name: str) -> Plan:
    named = {("roles" if key == "role" else key): _floats(value) for key, value in table.items()}
    try:
        plan = plain.from_plain(Plan, named)
    except plain.ShapeError as error:
        raise RubricError(f"{name}: plan.{str(error).replace('roles', 'role')}") from error
    known = [role.name for role in plan.roles]
    if not known or len(known) != len(set(known)):
        raise RubricError(f"{name}: plan.role: expected roles with different names, got {listed(known)}")
    _sensible(plain.to_plain(plan), f"{name}: plan")
    return plan


def _sensible(table: Mapping[str, Any], path: str) -> None:
    """Every number of a plan is an amount of something: one of none or less would measure nothing."""
    for key, value in table.items():
        if isinstance(value, dict):
            _sensible(value, f"{path}.{key}")
        elif isinstance(value, (int, float)) and not 0 < value < LARGEST and key != "seed":
            raise RubricError(f"{path}.{key}: expected more than 0 and less than {LARGEST}, got {shown(value)}")


def _floats(value: Any) -> Any:
    """A plan's numbers are resources, not marks: binary floats will do."""
    if isinstance(value, Mapping):
        return {key: _floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_floats(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


def _clause(placed: Placed, plan: Plan) -> Clause:
    path = placed.path
    table = table_of(
        placed.table, path, required=("id", "rule", "cites", "says", "penalty"), optional=("about", "limits")
    )
    words = {key: value_of(str, table.get(key, ""), f"{path}: {key}") for key in ("id", "rule", "cites", "says")}
    try:
        rule = find_rule(words["rule"])
    except LookupError as error:
        raise RubricError(f"{path}: rule: {error}") from error
    return Clause(
        **words,
        about=_about(table.get("about", ""), rule, plan, f"{path}: about"),
        limits=_limits(table.get("limits", {}), rule, f"{path}: limits"),
        penalty=_penalty(table["penalty"], rule, f"{path}: penalty"),
    )


def _about(value: Any, rule: Rule, plan: Plan, path: str) -> str:
    about: str = value_of(str, value, path)
    roles = [role.name for role in plan.roles]
    if about and about not in roles:
        raise RubricError(f"{path}: expected a role of the plan ({listed(roles)}), got {shown(about)}")
    if not about and any("{about}" in name for name in rule.readings):
        raise RubricError(f"{path}: rule {rule.id} needs the role it is about, one of {listed(roles)}")
    return about


def _limits(value: Any, rule: Rule, path: str) -> dict[str, Any]:
    table = table_of(value, path, required=rule.limits, optional=rule.optional)
    kinds = {**rule.limits, **rule.optional}
    return {key: value_of(kinds[key], item, f"{path}.{key}") for key, item in table.items()}


def _penalty(value: Any, rule: Rule, path: str) -> Penalty:
    table = table_of(value, path, required=("shape",), optional=("marks", "policy", "kind", "caution"))
    shape = value_of(Shape, table["shape"], f"{path}.shape")
    if (shape in PRICED) != ("marks" in table):
        raise RubricError(f"{path}.marks: shape {shape} {'needs' if shape in PRICED else 'has no'} marks")
    if "policy" in table and shape != "per-tenth":
        raise RubricError(f"{path}.policy: only shape per-tenth has a policy, got shape {shape}")
    if shape in ("per-unit", "per-tenth") and not rule.unit:
        raise RubricError(f"{path}.shape: rule {rule.id} counts no excess, so shape {shape} cannot price it")
    return Penalty(
        shape=shape,
        marks=value_of(Decimal, table.get("marks", 0), f"{path}.marks"),
        policy=value_of(Policy, table.get("policy", get_args(Policy)[0]), f"{path}.policy"),
        kind=value_of(Kind, table.get("kind", "measured"), f"{path}.kind"),
        caution=value_of(str, table.get("caution", ""), f"{path}.caution"),
    )


def _criterion(placed: Placed, plan: Plan, clauses: Mapping[str, Placed]) -> Criterion:
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
    table = table_of(value, path, required=("ask",), optional=("readings", "clauses"))
    readings = value_of(tuple[str, ...], table.get("readings", []), f"{path}: readings")
    cited = value_of(tuple[str, ...], table.get("clauses", []), f"{path}: clauses")
    known = known_names(role.name for role in plan.roles if role.kind == "notebook")
    _all_known(readings, known, f"{path}: readings", "reading")
    _all_known(cited, clauses, f"{path}: clauses", "clause")
    return Question(ask=value_of(str, table["ask"], f"{path}: ask"), readings=readings, clauses=cited)


def _all_known(names: tuple[str, ...], known: Mapping[str, Any], path: str, kind: str) -> None:
    for name in names:
        if name not in known:
            raise RubricError(f"{path}: no {kind} `{name}`{nearest(name, known)}")
