"""Rules: one file a defect; the id is the address (`paper/too_long.py` is `paper/too-long`). No registry.

A rule is a module: its docstring is its page, `READINGS` names the readings it uses (`{about}` is the clause's role),
`LIMITS` and `OPTIONAL` give the kind of each limit it asks for, `UNIT` the unit of its excess (empty when it has
none), and `check(evidence, clause)` yields at least one finding. A rule whose limits can contradict each other has
`objection(limits)` too.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from validator.evidence import Evidence
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.shapes import nearest

Check = Callable[[Evidence, Clause], Iterator[Finding]]
Objection = Callable[[Mapping[str, Any]], str]

HEADINGS = ("What it checks", "Why it matters", "Evidence", "How to fix")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule as its module declares it."""

    id: str
    page: str
    readings: tuple[str, ...]
    limits: Mapping[str, Any]
    optional: Mapping[str, Any]
    unit: str
    check: Check
    objection: Objection
    """What is wrong with limits that are each of their kind, as `key: why`; empty when nothing is."""

    @property
    def title(self) -> str:
        """The first line of the page."""
        return self.page.splitlines()[0]


@functools.cache
def rule_ids() -> tuple[str, ...]:
    """The address of every rule, sorted; found by listing the folders, without importing a rule."""
    found = []
    for family in pkgutil.iter_modules(__path__):
        package = importlib.import_module(f"{__name__}.{family.name}")
        found += [f"{family.name}/{module.name}" for module in pkgutil.iter_modules(package.__path__)]
    return tuple(sorted(address.replace("_", "-") for address in found))


def find_rule(address: str) -> Rule:
    """The rule at this address. Raises LookupError naming the nearest one."""
    if address not in rule_ids():
        raise LookupError(f'no rule "{address}"{nearest(address, rule_ids())}; `validate rules` lists them')
    module = importlib.import_module(f"{__name__}.{re.sub('-', '_', address).replace('/', '.')}")
    return Rule(
        id=address,
        page=(module.__doc__ or "").strip(),
        readings=tuple(module.READINGS),
        limits=dict(module.LIMITS),
        optional=dict(getattr(module, "OPTIONAL", {})),
        unit=getattr(module, "UNIT", ""),
        check=module.check,
        objection=getattr(module, "objection", lambda limits: ""),
    )


def all_rules() -> tuple[Rule, ...]:
    """Every rule, by address."""
    return tuple(find_rule(address) for address in rule_ids())
