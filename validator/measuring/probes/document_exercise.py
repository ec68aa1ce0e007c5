"""One exercise -> how many pages or cells it has, and whether it is empty. Knows no answer, and executes nothing.

A PDF is opened by the paper probe in its child process; handwriting and scans are as good as text here. A notebook is
read as JSON.
"""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import Any

from validator.evidence import Document, Flag, Reading
from validator.measuring.probes.paper import paper
from validator.measuring.probes.paper_child import Reader, child
from validator.measuring.probes.task import Task
from validator.plan import MIB, Role

MOST_BYTES = 50 * MIB
UNREAD, NOT_READ = "exercise-unread", "exercise-not-read"
"""The second says nothing of the file: it is past what the program reads in its limits."""
NO_DOCUMENT = frozenset({"not-a-pdf", "mime-wrapped", "encrypted", "damaged"})
EMPTY = "exercise-empty"
HARDLY_TEXT = ("low-text", "little-text", "blank-page")
READER = Reader(module=f"{__package__}.document_exercise_reader", library="pypdf")


def read(*, root: Path, path: str, role: Role, task: Task) -> Document:
    """The size of one exercise: `<role>.pages` of a PDF or `<role>.cells` of a notebook."""
    if PurePosixPath(path).suffix.lower() == ".ipynb":
        unit, (value, flags) = "cells", _notebook(root / path)
    else:
        unit, (value, flags) = "pages", _pdf(root, path, task)
    why = "; ".join(flag.detail for flag in flags) or "it was not read"
    seen = Reading.missing(unit=unit, why=why) if value is None else Reading(value=value, unit=unit, source="observed")
    return Document(path=path, role=role.name, kind=role.kind, readings={f"{role.name}.{unit}": seen}, flags=flags)


def _pdf(root: Path, path: str, task: Task) -> tuple[int | None, tuple[Flag, ...]]:
    found = paper(root=root, path=path, limits=task.plan.paper)
    pages = found.readings["paper.pages_total"]
    if not isinstance(pages.value, int):
        if any(flag.kind in NO_DOCUMENT for flag in found.flags):
            return None, (Flag(kind=UNREAD, detail=f"the PDF cannot be read: {pages.why}"),)
        return None, (Flag(kind=NOT_READ, detail=f"the PDF was not read: {pages.why}"),)
    doubtful = any(flag.kind in HARDLY_TEXT for flag in found.flags)
    if doubtful and _is_blank(root / path, pages.value, task):
        return pages.value, (Flag(kind=EMPTY, detail="nothing is on its pages"),)
    return pages.value, ()


def _is_blank(file: Path, pages: int, task: Task) -> bool:
    """Whether nothing at all is drawn: handwriting and scans have no text, and are no empty pages."""
    told = child(file=file, arguments=(), limits=task.plan.paper, reader=READER).document
    return isinstance(told, dict) and told.get("blank") == pages


def _notebook(file: Path) -> tuple[int | None, tuple[Flag, ...]]:
    try:
        if not file.is_file() or file.stat().st_size > MOST_BYTES:
            return None, (Flag(kind=NOT_READ, detail=f"it is no file of at most {MOST_BYTES // MIB} MiB"),)
        document: Any = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None, (Flag(kind=UNREAD, detail="the notebook cannot be read: it is not JSON"),)
    cells = document.get("cells") if isinstance(document, dict) else None
    if not isinstance(cells, list):
        return None, (Flag(kind=UNREAD, detail="the notebook cannot be read: it holds no list of cells"),)
    written = sum(_is_written(cell) for cell in cells)
    return len(cells), () if written else (Flag(kind=EMPTY, detail="none of its cells holds anything"),)


def _is_written(cell: Any) -> bool:
    source = cell.get("source", "") if isinstance(cell, dict) else ""
    lines = source if isinstance(source, list) else [source]
    return any(isinstance(line, str) and line.strip() for line in lines)
