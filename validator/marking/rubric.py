"""A rubric as data: clauses with limits and penalties, and the marking scheme. Knows the shapes, not the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from validator.marking.report import Kind
from validator.plan import Plan

Shape = Literal["fixed", "per-unit", "per-unit-percent", "per-tenth", "cap", "zero", "refer"]
Policy = Literal["complete-tenths", "started-tenths", "proportional"]


class RubricError(ValueError):
    """A mistake in a rubric, as a path to it: `x.toml: clause 7 (paper-length): limits.pages: expected ...`.

    `mistakes` has this one and every other that was found beside it.
    """

    def __init__(self, *mistakes: str) -> None:
        super().__init__(mistakes[0])
        self.mistakes = mistakes


@dataclass(frozen=True, kw_only=True)
class Penalty:
    """What a fail costs. A closed set of shapes; never an expression.

    `fixed`: `marks` once. `per-unit`: `marks` for each whole unit of excess. `per-unit-percent`: `percent` of the
    awarded marks for each. `per-tenth`: `marks` for every tenth of the limit exceeded, under `policy`. `cap`: the final
    mark is at most `marks`. `zero`: the final mark is 0. `refer`: no marks, a person decides.
    """

    shape: Shape
    marks: Decimal = Decimal(0)
    percent: Decimal = Decimal(0)
    policy: Policy = "complete-tenths"
    kind: Kind = "measured"
    caution: str = ""
    """Said beside the price from ten tenths on, where the specification's own example contradicts its rule."""


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One line of a rubric: the rule that checks it, the words and section it stands on, limits and price."""

    id: str
    rule: str
    cites: str
    says: str
    about: str = ""
    """The role it concerns (`paper`, `classifier`, `generator`), or empty."""
    limits: Mapping[str, Any] = field(default_factory=dict)
    """Numbers, words or lists the rule asks for; numbers are int or Decimal, never binary floats."""
    penalty: Penalty = field(default_factory=lambda: Penalty(shape="refer"))


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of the marking scheme, and what answers it."""

    ask: str
    sentences: tuple[str, ...] = ()
    """Ids of sentences: readings that belong together, said with their interval and what chance gives."""
    readings: tuple[str, ...] = ()
    """Readings that are said one by one."""
    pictures: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One part of the marking scheme, marked by a person."""

    id: str
    title: str
    cites: str
    marks: Decimal
    questions: tuple[Question, ...]


SharingPolicy = Literal["size-times-share", "share-of-largest"]


@dataclass(frozen=True, kw_only=True)
class Sharing:
    """How the members of a team get marks of their own from the team's mark; `marking/sharing.py` computes them."""

    role: str
    """The role of the form with the shares."""
    list: str = ""
    """The role of the team's list; empty where there is none."""
    policy: SharingPolicy = "size-times-share"
    highest: Decimal = Decimal(100)
    """No member gets more."""
    tolerance: Decimal = Decimal("0.5")
    """How far from 100 % the shares may add up to and still be divided by."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a module with its weight in per cent of the module's mark."""

    id: str
    title: str
    weight: Decimal
    group: str = ""
    """Parts of one group are added up under this name too."""


@dataclass(frozen=True, kw_only=True)
class Rubric:
    """A course's rules for one edition. `sha256` is over its text (and the text of the rubric it amends)."""

    id: str
    title: str
    sha256: str
    plan: Plan
    clauses: tuple[Clause, ...]
    criteria: tuple[Criterion, ...]
    notes: tuple[str, ...] = ()
    sharing: Sharing | None = None
    parts: tuple[Part, ...] = ()
