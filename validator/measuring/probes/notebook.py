"""A notebook or script as cells of text, however it was saved. Reads only; knows nothing of Python or of running."""

from __future__ import annotations

import io
import json
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from validator.evidence import Flag
from validator.measuring.probes.notebook_outputs import stored_text
from validator.measuring.probes.notebook_tables import stored_tables

MIB = 1024 * 1024
NOTEBOOK_BYTES = 50 * MIB
NEWEST_FORMAT = 4
BOM = b"\xef\xbb\xbf"
CELLS = ("cells", "worksheets")
"""Where format 4 keeps its cells, and where formats 1 to 3 did."""
HOSTILE_TAGS = frozenset({"skip-execution", "raises-exception"})


@dataclass(frozen=True, kw_only=True)
class TextCell:
    """One cell: its place among all cells from 0, whether it holds code, and its text."""

    index: int
    code: bool
    text: str
    tags: tuple[str, ...] = ()
    output: str = ""
    """Text that the cell had printed when the file was saved; pictures and markup are no text."""
    tables: str = ""
    """Tables that it had shown as markup, a line for each row."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """The cells of one file. `readable` is false when it holds no cells that anybody could run."""

    cells: tuple[TextCell, ...] = ()
    flags: tuple[Flag, ...] = ()
    readable: bool = True
    script: bool = False
    """Whether it is one `.py` file: its only cell is the whole text."""

    @property
    def code(self) -> tuple[TextCell, ...]:
        """The code cells."""
        return tuple(cell for cell in self.cells if cell.code)


class _NotANotebook(Exception):
    """Why a file is no notebook: the flag says it."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.flag = Flag(kind=kind, detail=detail)


def read(file: Path) -> Document:
    """The cells of one `.ipynb` or `.py`; whatever is wrong with the file is a flag, never an exception."""
    try:
        raw = _bytes(file)
        return _script(raw) if file.suffix.lower() == ".py" else _notebook(raw)
    except _NotANotebook as problem:
        return Document(flags=(problem.flag,), readable=False)


def clean(text: str) -> str:
    """Text that can be written as UTF-8: lone surrogates become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _bytes(file: Path) -> bytes:
    try:
        size_bytes = file.stat().st_size
        if size_bytes > NOTEBOOK_BYTES:
            raise _NotANotebook("huge-file", f"{size_bytes} bytes, more than {NOTEBOOK_BYTES} are not read")
        raw = file.read_bytes()
    except OSError as error:
        raise _NotANotebook("unreadable-file", f"cannot be opened ({error.strerror})") from error
    if not raw.strip():
        raise _NotANotebook("empty-file", "the file is empty")
    return raw


def _script(raw: bytes) -> Document:
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(raw).readline)[0]
        return _one_cell(raw.decode(encoding), ())
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        flag = Flag(kind="not-text", detail=f"not text in its declared encoding ({clean(str(error))[:200]})")
        return _one_cell(raw.decode("utf-8", "replace"), (flag,))


def _one_cell(text: str, flags: tuple[Flag, ...]) -> Document:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Document(cells=(TextCell(index=0, code=True, text=text),), flags=flags, script=True)


def _notebook(raw: bytes) -> Document:
    flags = []
    if raw.startswith(BOM):
        flags.append(
            Flag(kind="bom", detail="starts with a byte order mark, which notebook programs refuse; read past")
        )
    document = _json(raw.removeprefix(BOM))
    if not isinstance(document, dict) or not any(isinstance(document.get(key), list) for key in CELLS):
        raise _NotANotebook("not-a-notebook", "JSON, but without the cells of a notebook")
    flags += _version_flags(document) + _kernel_flags(document)
    every = _entries(document)
    entries = [entry for entry in every if isinstance(entry, dict)]
    if len(every) > len(entries):
        flags.append(Flag(kind="malformed-cell", detail=f"{len(every) - len(entries)} entries that are no cells"))
    cells = tuple(_cell(index, entry) for index, entry in enumerate(entries))
    flags += _cell_flags(entries, cells)
    return Document(cells=cells, flags=tuple(flags))


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _NotANotebook("not-a-notebook", "not UTF-8 text") from error
    except (RecursionError, MemoryError) as error:
        raise _NotANotebook("nested-too-deeply", "lists or tables nested so deeply that nothing reads them") from error
    except ValueError as error:
        start = clean(raw[:40].decode("utf-8", "replace"))
        raise _NotANotebook("not-a-notebook", f"not JSON; the file starts with {start!r}") from error


def _version_flags(document: dict[str, Any]) -> list[Flag]:
    version = document.get("nbformat")
    if version == NEWEST_FORMAT:
        return []
    if version in (1, 2, 3):
        return [Flag(kind="old-notebook-format", detail=f"notebook format {version}, read as format {NEWEST_FORMAT}")]
    words = clean(str(version))[:40]
    return [Flag(kind="unknown-notebook-format", detail=f"notebook format {words}, read as format {NEWEST_FORMAT}")]


def _kernel_flags(document: dict[str, Any]) -> list[Flag]:
    metadata = _table(document.get("metadata"))
    kernel, language = _table(metadata.get("kernelspec")), _table(metadata.get("language_info"))
    named = str(kernel.get("language") or language.get("name") or "python")
    name = str(kernel.get("name") or "python3")
    if named.lower() == "python" and (name.lower().startswith("python") or not kernel.get("language")):
        return []
    detail = f"asks for the kernel {clean(name)[:60]!r} ({clean(named)[:30]}); run with the harness's Python kernel"
    kind = "hostile-metadata" if named.lower() != "python" else "other-kernel"
    return [Flag(kind=kind, detail=detail)]


def _entries(document: dict[str, Any]) -> list[Any]:
    """The cells of format 4, or those of all worksheets of formats 1 to 3."""
    if isinstance(document.get("cells"), list):
        return list(document["cells"])
    sheets = document.get("worksheets")
    lists = [_table(sheet).get("cells") for sheet in sheets] if isinstance(sheets, list) else []
    return [entry for cells in lists if isinstance(cells, list) for entry in cells]


def _cell(index: int, entry: dict[str, Any]) -> TextCell:
    text = entry.get("source", entry.get("input", ""))
    if isinstance(text, list):
        text = "".join(line for line in text if isinstance(line, str))
    tags = _table(entry.get("metadata")).get("tags")
    return TextCell(
        index=index,
        code=entry.get("cell_type") == "code",
        text=clean(text).replace("\r\n", "\n") if isinstance(text, str) else "",
        tags=tuple(str(tag) for tag in tags) if isinstance(tags, list) else (),
        output=clean(stored_text(entry.get("outputs"))),
        tables=clean(stored_tables(entry.get("outputs"))),
    )


def _cell_flags(entries: list[dict[str, Any]], cells: tuple[TextCell, ...]) -> Iterator[Flag]:
    if not any(cell.code and cell.text.strip() for cell in cells):
        yield Flag(kind="no-code", detail="the notebook has no code cell with anything in it")
    for entry, cell in zip(entries, cells, strict=True):
        where = f"cell {cell.index}"
        if not isinstance(entry.get("source", entry.get("input")), (str, list)):
            yield Flag(kind="missing-source", detail="a cell without text", where=where)
        for tag in sorted(HOSTILE_TAGS.intersection(cell.tags)):
            yield Flag(
                kind="hostile-metadata", detail=f"the tag {tag} is ignored; the cell runs as any other", where=where
            )


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
