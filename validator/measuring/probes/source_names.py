"""Which dotted name a call means: `load(...)` after `from torch import load` is `torch.load`. Executes nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator


class Names:
    """What the names of one file were imported as, learnt cell by cell."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._stars: list[str] = []
        self._asked: dict[int, tuple[ast.expr, tuple[str, ...]]] = {}
        """Answers by node, which is kept so that its number stays its own: several questions are about one call."""

    def learn(self, nodes: Iterable[ast.AST]) -> None:
        """Take in every import, also those inside functions: a name is rarely reused for something else."""
        self._asked.clear()
        for node in nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    whole = alias.name if alias.asname else alias.name.partition(".")[0]
                    self._known[alias.asname or whole] = whole
            elif isinstance(node, ast.ImportFrom):
                self._learn_from(node)

    def meanings(self, function: ast.expr) -> tuple[str, ...]:
        """The dotted names this expression may be: one, or several after `from x import *`."""
        if id(function) not in self._asked:
            self._asked[id(function)] = (function, self._meanings(function))
        return self._asked[id(function)][1]

    def _meanings(self, function: ast.expr) -> tuple[str, ...]:
        parts = _parts(function)
        if not parts:
            return ()
        first, rest = parts[0], parts[1:]
        if first in self._known:
            return (".".join([self._known[first], *rest]),)
        return (".".join(parts), *(".".join([star, *parts]) for star in self._stars))

    def _learn_from(self, node: ast.ImportFrom) -> None:
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                self._stars.append(module)
            else:
                self._known[alias.asname or alias.name] = f"{module}.{alias.name}"


def _parts(expression: ast.expr) -> list[str]:
    """`a.b.c` as its names; empty when it does not start with a name."""
    parts: list[str] = []
    while isinstance(expression, ast.Attribute):
        parts.append(expression.attr)
        expression = expression.value
    if isinstance(expression, ast.Name):
        return [expression.id, *reversed(parts)]
    return []


def imported(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, int]]:
    """Every module an import statement names, with its line; `from x import y` names `x`."""
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or ""), node.lineno


def literal(node: ast.expr | None) -> str | None:
    """The text of a string literal."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def argument(call: ast.Call, name: str, *, position: int | None = None) -> ast.expr | None:
    """One argument of a call, by keyword or by position."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if position is not None and position < len(call.args):
        return call.args[position]
    return None
