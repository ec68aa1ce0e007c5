"""The pictures that a notebook's file holds: outputs of its cells, and those pasted into its text. Reads JSON only."""

from __future__ import annotations

import ast
import base64
import binascii
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NOTEBOOK_BYTES = 100 * 1024 * 1024
MOST_PICTURES = 300
KINDS = ("image/png", "image/jpeg", "image/webp", "image/gif")
OLD_KINDS = ("png", "jpeg")
PASTED = re.compile(r"data:image/(?:png|jpe?g|webp|gif);base64,([A-Za-z0-9+/=\s]{100,})")
QUIET = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.Pass,
)
"""Statements that show nothing, unless they are decorated."""
LIBRARIES = frozenset(sys.stdlib_module_names) | frozenset(
    [
        "torch",
        "torchvision",
        "numpy",
        "matplotlib",
        "pandas",
        "scipy",
        "sklearn",
        "PIL",
        "seaborn",
        "tqdm",
        "cv2",
        "skimage",
        "IPython",
    ]
)
"""Modules that show nothing when they are imported; a module of the student's own may run a whole training."""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """One picture: its bytes and its cell, counted from 0 over all cells."""

    content: bytes
    cell: int
    pasted: bool = False
    """Whether it stands in a text cell, where nothing ran."""
    explained: bool = True
    """Whether the code of its cell can have shown a picture."""


def stored(file: Path) -> tuple[Stored, ...]:
    """The pictures of one `.ipynb`; none where the file is something else."""
    try:
        if file.suffix.lower() != ".ipynb" or file.stat().st_size > NOTEBOOK_BYTES:
            return ()
        document = json.loads(file.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except (OSError, ValueError, RecursionError):
        return ()
    found = (each for index, cell in enumerate(_cells(document)) for each in _pictures(index, cell))
    return tuple(each for _, each in zip(range(MOST_PICTURES), found, strict=False))


def _cells(document: Any) -> Iterator[dict[str, Any]]:
    sheets = _list(_table(document).get("worksheets"))
    cells = _table(document).get("cells")
    lists = [cells] if isinstance(cells, list) else [_table(sheet).get("cells") for sheet in sheets]
    yield from (cell for some in lists for cell in _list(some) if isinstance(cell, dict))


def _pictures(index: int, cell: dict[str, Any]) -> Iterator[Stored]:
    text = _text(cell.get("source", cell.get("input")))
    if cell.get("cell_type") != "code":
        attached = _table(cell.get("attachments")).values()
        coded = [_text(held.get(kind)) for held in map(_table, attached) for kind in KINDS]
        for one in (*coded, *PASTED.findall(text)):
            if content := _bytes(one):
                yield Stored(content=content, cell=index, pasted=True)
        return
    explained = can_show(text)
    for output in map(_table, _list(cell.get("outputs"))):
        held = _table(output.get("data"))
        coded = [_text(held.get(kind)) for kind in KINDS] + [_text(output.get(kind)) for kind in OLD_KINDS]
        coded += PASTED.findall(_text(held.get("text/html")))
        for one in coded:
            if content := _bytes(one):
                yield Stored(content=content, cell=index, explained=explained)


def can_show(code: str) -> bool:
    """Whether code can have shown a picture: not when it is empty, or only library imports, definitions and values.

    What cannot be read as Python, such as a magic, can.
    """
    try:
        statements = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    return any(not _is_quiet(statement) for statement in statements)


def _is_quiet(statement: ast.stmt) -> bool:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return not statement.decorator_list
    if isinstance(statement, QUIET):
        return True
    if isinstance(statement, ast.Import):
        return all(name.name.partition(".")[0] in LIBRARIES for name in statement.names)
    if isinstance(statement, ast.ImportFrom):
        return not statement.level and str(statement.module).partition(".")[0] in LIBRARIES
    values = (ast.Assign, ast.AnnAssign)
    if isinstance(statement, values) and statement.value is not None:
        return all(isinstance(node, QUIET_VALUES) for node in ast.walk(statement.value))
    return False


QUIET_VALUES = (ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.Name, ast.expr_context, ast.UnaryOp, ast.unaryop)


def _bytes(coded: str) -> bytes:
    try:
        return base64.b64decode("".join(coded.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
