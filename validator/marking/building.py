"""Turns the tables of a rubric into a `Rubric`, refusing every mistake with its path. Reads no file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, get_args

from validator import plain
from validator.marking.amending import Draft, Placed
from validator.marking.parts import parts_from, sharing_from
from validator.marking.report import Kind
from validator.marking.rubric import (
    Clause,
    Penalty,
    Policy,
    Rubric,
    RubricError,
    Shape,
)
from validator.marking.rules import Rule, find_rule
from validator.marking.scheme import criterion_from
from validator.marking.shapes import listed, shown, table_of, value_of
from validator.plan import Plan, Role

HEAD = ("schema", "id", "title", "amends", "drop", "notes", "plan", "clause", "criterion", "sharing", "part")
LARGEST = 2**63
PACKAGE = re.compile(
    r"[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?(\[[\w.,\s-]+\])?\s*((==|~=|!=|>=|<=|>|<)\s*[\w.*+!]+(\s*,\s*(?!$)|\s*$))*",
    re.ASCII,
)
"""A name, extras and versions; no address, no path, no option of an installer."""
PRICED = ("fixed", "per-unit", "per-tenth", "cap")
"""Penalty shapes that say a number of marks; `zero` and `refer` say none."""


def rubric_from(draft: Draft, *, name: str, sha256: str) -> Rubric:
    """The rubric of these tables. Raises RubricError with the paths to all mistakes that can be told apart."""
    tried = Tried()
    tried(table_of, draft.head, name, required=("schema", "id", "title"), optional=HEAD[3:])
    words = {key: tried(value_of, str, draft.head.get(key, ""), f"{name}: {key}") for key in ("id", "title")}
    notes = tried(value_of, tuple[str, ...], list(draft.notes), f"{name}: notes")
    plan = tried(_plan, draft.plan, name)
    known = plan or _standing_in(draft.plan)
    clauses = [tried(_clause, placed, known) for placed in draft.clauses.values()]
    criteria = [tried(criterion_from, placed, known, draft.clauses) for placed in draft.criteria.values()]
    if not clauses:
        tried.mistakes.append(f"{name}: no [[clause]]: a rubric has at least one")
    parts = tried(parts_from, draft.head.get("part", []), f"{name}: part")
    shared = draft.head.get("sharing")
    sharing = tried(sharing_from, shared, plan, f"{name}: sharing") if plan and shared is not None else None
    tried.end()
    return Rubric(
        **words,
        sha256=sha256,
        plan=plan,
        clauses=tuple(clauses),
        criteria=tuple(criteria),
        notes=notes,
        sharing=sharing,
        parts=parts,
    )


class Tried:
    """Calls what may find mistakes, and keeps them, so that they are told together."""

    def __init__(self) -> None:
        self.mistakes: list[str] = []

    def __call__(self, make: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """What `make` makes; None where it found a mistake."""
        try:
            return make(*given, **named)
        except RubricError as error:
            self.mistakes += error.mistakes
            return None

    def end(self) -> None:
        """Raise RubricError when there was a mistake."""
        if self.mistakes:
            raise RubricError(*self.mistakes)


def _standing_in(table: Mapping[str, Any]) -> Plan:
    """The roles that a plan with a mistake in it names, so that its clauses can be looked at all the same."""
    listed = table.get("role", [])
    named = [role.get("name") for role in listed if isinstance(role, Mapping)] if isinstance(listed, list) else []
    names = [name for name in named if isinstance(name, str)]
    return Plan(roles=tuple(Role(name=name, kind="notebook", stem=name, suffixes=()) for name in names))


def _plan(table: Mapping[str, Any], name: str) -> Plan:
    named = {("roles" if key == "role" else key): _floats(value) for key, value in table.items()}
    try:
        plan = plain.from_plain(Plan, named)
    except plain.ShapeError as error:
        raise RubricError(f"{name}: plan.{_counted_from_one(str(error))}") from error
    known = [role.name for role in plan.roles]
    if not known or len(known) != len(set(known)):
        raise RubricError(f"{name}: plan.role: expected roles with different names, got {listed(known)}")
    _told_apart(plan, f"{name}: plan.role")
    _each_sensible(plan, f"{name}: plan.role")
    _sensible(plain.to_plain(plan), f"{name}: plan")
    _compiles(plan.user_ids, f"{name}: plan.user_ids")
    for number, package in enumerate(plan.environment.packages, start=1):
        if not PACKAGE.fullmatch(package):
            path = f"{name}: plan.environment.packages[{number}]"
            raise RubricError(f"{path}: expected a package such as `scipy<1.18`, got {shown(package)}")
    return plan


def _counted_from_one(path: str) -> str:
    """`roles[0].kind` as the author of a rubric counts: `role[1].kind`."""
    return re.sub(r"^roles(?:\[(\d+)\])?", lambda found: "role" + (f"[{int(found[1]) + 1}]" if found[1] else ""), path)


def _told_apart(plan: Plan, path: str) -> None:
    """Of two roles that take any name, a file could fill either."""
    takers: dict[str, str] = {}
    for role in plan.roles:
        for suffix in role.suffixes if role.naming == "any" else ():
            if suffix in takers:
                why = f"{takers[suffix]} and {role.name} both take any name with {suffix}"
                raise RubricError(f"{path}: {why}: nothing would tell their files apart")
            takers[suffix] = role.name


def _each_sensible(plan: Plan, path: str) -> None:
    """What is drawn or predicted with is one network's: such a role has no further files."""
    for role in plan.roles:
        scored = role.name in (*plan.classifier_runs, plan.generator_role)
        if role.each and (role.kind != "notebook" or not role.many or scored):
            why = "only of a notebook's role with `many`, and not of the classifier's or the generator's"
            raise RubricError(f"{path}: {role.name}: each: every file is executed {why}")


def _sensible(table: Mapping[str, Any], path: str) -> None:
    """Every number of a plan is an amount of something: one of none or less would measure nothing."""
    for key, value in table.items():
        if isinstance(value, dict):
            _sensible(value, f"{path}.{key}")
        elif isinstance(value, (int, float)) and not 0 < value < LARGEST and key != "seed":
            raise RubricError(f"{path}.{key}: expected more than 0 and less than {LARGEST}, got {shown(value)}")


def _compiles(pattern: str, path: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise RubricError(f"{path}: expected a regular expression, got {shown(pattern)} ({error})") from error


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
    tried = Tried()
    words = {key: tried(value_of, str, table.get(key, ""), f"{path}: {key}") for key in ("id", "rule", "cites", "says")}
    try:
        rule = find_rule(words["rule"] or "")
    except LookupError as error:
        raise RubricError(*tried.mistakes, f"{path}: rule: {error.args[0]}") from error
    clause = {
        "about": tried(_about, table.get("about", ""), rule, plan, f"{path}: about"),
        "limits": tried(_limits, table.get("limits", {}), rule, f"{path}: limits"),
        "penalty": tried(_penalty, table["penalty"], rule, f"{path}: penalty"),
    }
    tried.end()
    return Clause(**words, **clause)


def _about(value: Any, rule: Rule, plan: Plan, path: str) -> str:
    about: str = value_of(str, value, path)
    roles = [*(role.name for role in plan.roles), *plan.classifier_names]
    if about and about not in roles:
        raise RubricError(f"{path}: expected a role of the plan ({listed(roles)}), got {shown(about)}")
    if not about and any("{about}" in name for name in rule.readings):
        raise RubricError(f"{path}: rule {rule.id} needs the role it is about, one of {listed(roles)}")
    return about


def _limits(value: Any, rule: Rule, path: str) -> dict[str, Any]:
    table = table_of(value, path, required=rule.limits, optional=rule.optional)
    kinds = {**rule.limits, **rule.optional}
    limits = {key: value_of(kinds[key], item, f"{path}.{key}") for key, item in table.items()}
    if objection := rule.objection(limits):
        raise RubricError(f"{path}.{objection}")
    return limits


def _penalty(value: Any, rule: Rule, path: str) -> Penalty:
    table = table_of(value, path, required=("shape",), optional=("marks", "percent", "policy", "kind", "caution"))
    shape = value_of(Shape, table["shape"], f"{path}.shape")
    if (shape in PRICED) != ("marks" in table):
        raise RubricError(f"{path}.marks: shape {shape} {'needs' if shape in PRICED else 'has no'} marks")
    if (shape == "per-unit-percent") != ("percent" in table):
        raise RubricError(f"{path}.percent: shape {shape} {'has no' if 'percent' in table else 'needs a'} percent")
    if "policy" in table and shape != "per-tenth":
        raise RubricError(f"{path}.policy: only shape per-tenth has a policy, got shape {shape}")
    if shape in ("per-unit", "per-unit-percent", "per-tenth") and not rule.unit:
        raise RubricError(f"{path}.shape: rule {rule.id} counts no excess, so shape {shape} cannot price it")
    return Penalty(
        shape=shape,
        marks=value_of(Decimal, table.get("marks", 0), f"{path}.marks"),
        percent=_percent(table.get("percent", 0), f"{path}.percent"),
        policy=value_of(Policy, table.get("policy", get_args(Policy)[0]), f"{path}.policy"),
        kind=value_of(Kind, table.get("kind", "measured"), f"{path}.kind"),
        caution=value_of(str, table.get("caution", ""), f"{path}.caution"),
    )


def _percent(value: Any, path: str) -> Decimal:
    percent: Decimal = value_of(Decimal, value, path)
    if percent > 100:
        raise RubricError(f"{path}: expected at most 100, got {shown(value)}")
    return percent
