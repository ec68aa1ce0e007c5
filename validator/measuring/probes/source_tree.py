"""Code of one cell or script as a syntax tree, read as IPython reads it. Executes nothing, judges nothing."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

FLAGS = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
TRANSFORM_CHARACTERS = 1_000_000
"""Cells longer than this are read as plain Python only: IPython's own reading of them would take minutes."""
TRANSFORM_TOKEN_BYTES = 1_000_000_000
"""Some versions of Python (3.12.1) give every token a copy of its line: a long line of signs would take all memory."""
CELL_MAGIC = re.compile(r"\s*%%\s*(\w+)")
TOKEN_STARTS = re.compile(r"[^\w\s\"']")
BARE_MAGIC = re.compile(r"(?:pip|conda|mamba|uv|cd|ls|matplotlib|time|timeit|run|load|env)\s[^\n]*")
"""A cell of one such line is taken for a magic even without its percent sign."""
PYTHON_MAGICS = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun", "debug", "python3", "python", "pypy"})
"""Cell magics whose body is Python."""


class NotPython(Exception):
    """Why a cell does not parse, and at which of its lines."""

    def __init__(self, why: str, *, line: int = 1) -> None:
        super().__init__(why)
        self.line = line


@dataclass(frozen=True, kw_only=True)
class Magic:
    """One escape to IPython: `!ls` is `system`, `%pip install x` is `pip`, `%%bash` is `bash` with a body."""

    name: str
    text: str
    line: int
    body: bool = False


@dataclass(frozen=True, kw_only=True)
class Tree:
    """What one cell says: its syntax tree, and the magics and shell lines in it."""

    module: ast.Module
    magics: tuple[Magic, ...] = ()
    nested: tuple[Tree, ...] = field(default=())
    """Bodies of cell magics that are Python, such as `%%time`."""

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node, in no promised order; walked once, for several ask."""
        below = (node for tree in self.nested for node in tree.nodes)
        return (*ast.walk(self.module), *below)

    def all_magics(self) -> Iterator[Magic]:
        """Every magic and shell line."""
        yield from self.magics
        for tree in self.nested:
            yield from tree.all_magics()


def parsed(text: str, *, notebook: bool) -> Tree:
    """The tree of one cell, or of a script when not `notebook`. Raises NotPython."""
    magic = CELL_MAGIC.match(text) if notebook else None
    if magic:
        return _cell_magic(text, magic)
    try:
        return Tree(module=_module(text))
    except NotPython:
        if not notebook or len(text) > TRANSFORM_CHARACTERS or _token_bytes(text) > TRANSFORM_TOKEN_BYTES:
            raise
    bare = BARE_MAGIC.fullmatch(text.strip())
    module = _module(_transformed(f"%{text.strip()}" if bare else text))
    return Tree(module=module, magics=tuple(_magics(module)))


def _cell_magic(text: str, magic: re.Match[str]) -> Tree:
    """A cell that starts with `%%name`: its body is Python for a few, text for all others."""
    head, _, body = text.partition("\n") if not text.startswith("\n") else text.lstrip("\n").partition("\n")
    name = magic.group(1)
    words = head.partition(name)[2].strip()
    blank = "\n" * (text[: magic.end()].count("\n") + 1)
    return Tree(
        module=ast.Module(body=[], type_ignores=[]),
        magics=(Magic(name=name, text=f"{words}\n{body}", line=1, body=True),),
        nested=(parsed(blank + body, notebook=True),) if name in PYTHON_MAGICS else (),
    )


def _transformed(text: str) -> str:
    """What IPython would compile: a fresh transformer each time, so that no cell changes how another is read."""
    from IPython.core.inputtransformer2 import TransformerManager

    blank = len(text) - len(text.lstrip("\n"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            transformer = TransformerManager()  # type: ignore[no-untyped-call]
            return "\n" * blank + str(transformer.transform_cell(text))
    except (SyntaxError, ValueError, RuntimeError, RecursionError, MemoryError) as error:
        raise NotPython(f"IPython cannot read it ({type(error).__name__})") from error


def _token_bytes(text: str) -> int:
    """At most about so many bytes, when each token holds its line: every sign and every word's start is one token."""
    return sum(len(line) * (1 + len(TOKEN_STARTS.findall(line))) for line in text.splitlines() if len(line) > 1000)


def _module(text: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = compile(text, "cell", "exec", flags=FLAGS, dont_inherit=True)
    except SyntaxError as error:
        raise NotPython(error.msg or "invalid syntax", line=error.lineno or 1) from error
    except (RecursionError, MemoryError) as error:
        raise NotPython("nested too deeply to be read") from error
    except ValueError as error:
        raise NotPython(str(error)[:100]) from error
    assert isinstance(module, ast.Module)  # noqa: S101 - what compile returns under PyCF_ONLY_AST
    return module


def _magics(module: ast.Module) -> Iterator[Magic]:
    """Calls on `get_ipython()`, which is what the transformer makes of an escape."""
    for node in ast.walk(module):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner = node.func.value
        if isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name) and owner.func.id == "get_ipython":
            words = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            texts = [str(word) for word in words]
            yield _magic(node.func.attr, texts, node.lineno)


def _magic(method: str, texts: list[str], line: int) -> Magic:
    if method == "run_line_magic" and texts:
        return Magic(name=texts[0], text=" ".join(texts[1:]), line=line)
    if method == "run_cell_magic" and texts:
        return Magic(name=texts[0], text="\n".join(texts[1:]), line=line, body=True)
    return Magic(name="system", text="\n".join(texts), line=line)
