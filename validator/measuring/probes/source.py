"""One notebook or script as text: cells, imports, calls worth a look. Executes nothing and forbids nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from validator.evidence import Flag, Import, Source
from validator.measuring.probes import (
    claims_outputs,
    notebook,
    source_calls,
    source_entry,
    source_literals,
    source_seeders,
    source_seeds,
    source_shell,
)
from validator.measuring.probes.deep_stack import on_deep_stack
from validator.measuring.probes.source_names import Names, imported
from validator.measuring.probes.source_tree import NotPython, Tree, parsed

KEEP_PER_KIND = 50
"""Flags of one kind kept; a file with more says how many there were."""
TELLING = (*source_calls.TELLING, ast.Import, ast.ImportFrom)
"""Most nodes are names and say nothing."""


@dataclass(frozen=True, kw_only=True)
class _Piece:
    """One code cell that parsed, and how to name a line of it."""

    tree: Tree
    script: bool
    index: int

    def where(self, line: int) -> str:
        return f"line {line}" if self.script else f"cell {self.index} line {line}"


def source(*, root: Path, path: str, role: str) -> Source:
    """Read the file `path` under `root`; whatever is wrong with it is a flag, never an exception."""
    return on_deep_stack(lambda: _source(root=root, path=path, role=role))


def _source(*, root: Path, path: str, role: str) -> Source:
    document = notebook.read(root / path)
    pieces, broken = _pieces(document)
    names = Names()
    for piece in pieces:
        names.learn(piece.tree.nodes)
    flags = list(_flags(pieces, names))
    commands = (flag.detail for flag in flags if flag.kind == "shell-command")
    return Source(
        path=path,
        role=role,
        cells=len(document.code),
        imports=tuple(_imports(pieces, names)),
        flags=(*document.flags, *broken, *_kept(flags)),
        claims=claims_outputs.claims_of(document, role=role),
        does=source_entry.does(pieces[0].tree, document.code[0].text) if document.script and pieces else "",
        starts=source_entry.starts((piece.tree for piece in pieces), commands),
    )


def _pieces(document: notebook.Document) -> tuple[list[_Piece], list[Flag]]:
    pieces, broken = [], []
    for cell in document.code:
        try:
            tree = parsed(cell.text, notebook=not document.script)
            pieces.append(_Piece(tree=tree, script=document.script, index=cell.index))
        except NotPython as error:
            where = f"line {error.line}" if document.script else f"cell {cell.index} line {error.line}"
            broken.append(Flag(kind="syntax-error", detail=notebook.clean(str(error)), where=where))
    return pieces, broken


def _imports(pieces: list[_Piece], names: Names) -> Iterator[Import]:
    """In reading order, once for each module and place."""
    for piece in pieces:
        nodes = piece.tree.nodes
        found = set(imported(nodes))
        for node in nodes:
            module, _ = source_calls.dynamic_import(node, names=names)
            if module:
                found.add((notebook.clean(module)[:200], getattr(node, "lineno", 1)))
        for module, line in sorted(found, key=lambda pair: (pair[1], pair[0])):
            yield Import(module=module, where=piece.where(line))


def _flags(pieces: list[_Piece], names: Names) -> Iterator[Flag]:
    calls = (node for piece in pieces for node in piece.tree.nodes if isinstance(node, ast.Call))
    constants = source_seeds.constants_of(node for piece in pieces for node in piece.tree.nodes)
    saved = frozenset(filter(None, (source_calls.saved_files(call, names=names) for call in calls)))
    nodes = [node for piece in pieces for node in piece.tree.nodes]
    idle = source_seeders.uncalled(nodes)
    for piece in pieces:
        said = [
            (magic.line, kind, detail) for magic in piece.tree.all_magics() for kind, detail in source_shell.told(magic)
        ]
        for node in piece.tree.nodes:
            if not isinstance(node, TELLING):
                continue
            seeded = source_seeds.seen(node, names=names, constants=constants)
            if id(node) in idle:
                seeded = (_idle(kind, detail, idle[id(node)]) for kind, detail in seeded)
            found = (*_said(node, names, saved), *seeded)
            said += [(getattr(node, "lineno", 1), kind, detail) for kind, detail in found]
        said += source_seeders.handed_on(piece.tree.nodes, names=names, defined=source_seeders.defined(nodes))
        for line, kind, detail in sorted(set(said)):
            yield Flag(kind=kind, detail=notebook.clean(detail), where=piece.where(line))
    written = [data for piece in pieces for data in source_literals.pieces(piece.tree.nodes, where=piece.where)]
    large = source_literals.told(written)
    if large is not None:
        yield Flag(kind="large-literal", detail=f"data written into the code: {large[0]}", where=large[1])


def _idle(kind: str, detail: str, function: str) -> tuple[str, str]:
    """A seed that is set only where nothing of this file comes by says so."""
    return kind, f"{detail}, in {function}, {source_seeders.UNCALLED}" if kind == source_seeds.SEEDS else detail


def _said(node: ast.AST, names: Names, saved: frozenset[str]) -> Iterator[tuple[str, str]]:
    module, dynamic = source_calls.dynamic_import(node, names=names)
    if dynamic and not module:
        yield "dynamic-import", "imports a module whose name is computed"
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        for name, _ in imported([node]):
            if name == "google.colab" or name.startswith("google.colab."):
                yield "colab", f"imports {name}, which exists only in that web notebook service"
    for kind, detail in source_calls.seen(node, names=names, saved=saved):
        yield kind, detail
        if kind == "shell-command" and isinstance(node, ast.Call):
            for also, what in source_shell.commands(source_calls.command_text(node)):
                if also != "shell-command":
                    yield also, what


def _kept(flags: list[Flag]) -> Iterator[Flag]:
    """The first flags of each kind, and one that counts the rest."""
    counts: dict[str, int] = {}
    for flag in flags:
        counts[flag.kind] = counts.get(flag.kind, 0) + 1
        if counts[flag.kind] <= KEEP_PER_KIND:
            yield flag
    for kind, count in counts.items():
        if count > KEEP_PER_KIND:
            yield Flag(kind=kind, detail=f"{count - KEEP_PER_KIND} more of this kind")
