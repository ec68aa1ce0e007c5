"""Turns a rubric's [sharing] and [[part]] into data, refusing every mistake with its path. Computes no mark."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from validator.marking.rubric import Part, RubricError, Sharing, SharingPolicy
from validator.marking.shapes import list_of, listed, nearest, shown, table_of, value_of
from validator.plan import Plan

WHOLE = Decimal(100)


def sharing_from(value: Any, plan: Plan, path: str) -> Sharing:
    """How a team's mark is shared out."""
    table = table_of(value, path, required=("role",), optional=("list", "policy", "highest", "tolerance"))
    role = _role(table["role"], plan, "split", f"{path}.role")
    list_role = _role(table["list"], plan, "team", f"{path}.list") if "list" in table else ""
    return Sharing(
        role=role,
        list=list_role,
        policy=value_of(SharingPolicy, table.get("policy", "size-times-share"), f"{path}.policy"),
        highest=value_of(Decimal, table.get("highest", 100), f"{path}.highest"),
        tolerance=value_of(Decimal, table.get("tolerance", Decimal("0.5")), f"{path}.tolerance"),
    )


def parts_from(value: Any, path: str) -> tuple[Part, ...]:
    """The parts of a module, whose weights are 100 together; none where the rubric says none."""
    parts = tuple(_part(item, f"{path} {number}") for number, item in enumerate(list_of(value, path), 1))
    names = [part.id for part in parts]
    for number, name in enumerate(names, 1):
        if name in names[: number - 1]:
            raise RubricError(f"{path} {number}: id: `{name}` is already taken")
    together = sum((part.weight for part in parts), Decimal(0))
    if parts and together != WHOLE:
        raise RubricError(f"{path}: weight: expected 100 per cent in all parts together, got {together}")
    return parts


def _part(value: Any, path: str) -> Part:
    table = table_of(value, path, required=("id", "title", "weight"), optional=("group",))
    return Part(
        id=value_of(str, table["id"], f"{path}: id"),
        title=value_of(str, table["title"], f"{path}: title"),
        weight=value_of(Decimal, table["weight"], f"{path}: weight"),
        group=value_of(str, table.get("group", ""), f"{path}: group"),
    )


def _role(value: Any, plan: Plan, kind: str, path: str) -> str:
    name: str = value_of(str, value, path)
    fitting = [role.name for role in plan.roles if role.kind == kind]
    if name not in fitting:
        known = f"expected a role of kind {kind} ({listed(fitting)})"
        raise RubricError(f"{path}: {known}, got {shown(name)}{nearest(name, fitting)}")
    return name
