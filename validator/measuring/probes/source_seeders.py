"""Seeding that no call shows by itself: functions handed on, helpers that nobody calls, and helpers from elsewhere.

`for f in (torch.manual_seed, numpy.random.seed): f(1)` seeds, and `def set_seed(): ...` alone does not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from validator.measuring.probes.source_names import Names
from validator.measuring.probes.source_seeds import SEEDING, SEEDS

CALLS_SEEDER = "calls-seeder"
UNCALLED = "which nothing in this file calls"
LAST_NAMES = frozenset(name.rpartition(".")[2] for name in SEEDING)
SEEDER = re.compile(
    r"(?:set|fix|init|setup|same|reset|make)_?(?:all_|global_|random_|the_)?seeds?(?:_\w{1,20})?"
    r"|seed_(?:everything|everywhere|all|torch|it_all)",
    re.IGNORECASE,
)
"""What people call a function that seeds."""


def defined(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Names of the functions of one file."""
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef))


def handed_on(nodes: Sequence[ast.AST], *, names: Names, defined: frozenset[str]) -> Iterator[tuple[int, str, str]]:
    """Line, kind and words of each seeding function that is named without being called, and of unknown helpers."""
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    for node in nodes:
        if isinstance(node, ast.Name | ast.Attribute) and id(node) not in called and _last(node) in LAST_NAMES:
            meaning = next(iter(names.meanings(node)), "")
            if SEEDING.get(meaning) and isinstance(node.ctx, ast.Load):
                yield node.lineno, SEEDS, f"{', '.join(SEEDING[meaning])}: {meaning}, handed on to be called"
        elif isinstance(node, ast.Call) and SEEDER.fullmatch(_last(node.func)) and _last(node.func) not in defined:
            meanings = names.meanings(node.func)
            if meanings and not any(meaning in SEEDING for meaning in meanings):
                yield node.lineno, CALLS_SEEDER, meanings[0]


def uncalled(nodes: Iterable[ast.AST]) -> dict[int, str]:
    """Number of each call (`id`) inside a function that this file never names again, to the function's name."""
    nodes = list(nodes)
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef) and not node.decorator_list]
    if not functions:
        return {}
    methods = {
        item.name
        for node in nodes
        if isinstance(node, ast.ClassDef)
        for item in node.body
        if isinstance(item, ast.FunctionDef)
    }
    named = {node.id for node in nodes if isinstance(node, ast.Name)}
    named |= {node.attr for node in nodes if isinstance(node, ast.Attribute)} | methods
    return {
        id(call): function.name
        for function in functions
        if function.name not in named
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
    }


def _last(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
