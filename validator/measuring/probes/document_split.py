"""A mark split -> the share and the user id of each row, and whether something stands where it is to be signed.

The file is opened in child processes only. Names, signatures and words of the form are neither kept nor quoted: a row
is known by its number and its user id. Knows no total that shares should have, and no share that is too small.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from validator import plain
from validator.evidence import Document, Entry, Flag, Reading, Witness
from validator.measuring.probes.document_sizes import refused
from validator.measuring.probes.document_split_ink import NO_INK, NO_PLACE
from validator.measuring.probes.document_split_places import Box
from validator.measuring.probes.paper_child import Reader, child
from validator.measuring.probes.task import Task
from validator.plan import PaperLimits, Role

READINGS = (
    ("rows", "rows"),
    ("total", "%"),
    ("smallest", "%"),
    ("largest", "%"),
    ("above_zero", "members"),
    ("unsigned", "rows"),
)
DARK_PIXELS = "dark pixels"
READER = Reader(module=f"{__package__}.document_split_reader", library="pypdf")
PIXELS = Reader(module=f"{__package__}.document_split_pixels", library="pypdfium2")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row as the child tells it."""

    user: str
    share: float | None
    ink: str
    cell: Box | None


@dataclass(frozen=True, kw_only=True)
class Form:
    """What the child tells of a form."""

    page: int
    pages: int
    scanned: bool
    repaired: bool
    """Whether something of the file was lost or guessed while it was read."""
    wordless: bool
    titled: bool
    stated_total: float | None
    rows: tuple[Row, ...]


def read(*, root: Path, path: str, role: Role, task: Task) -> Document:
    """The rows of one form. Never raises over what the file holds: a flag says why nothing was read."""
    limits = task.plan.paper
    form = _form(root / path, task.plan.user_ids, limits)
    if isinstance(form, Flag):
        readings = _missing(role, form.detail)
        return Document(path=path, role=role.name, kind=role.kind, readings=readings, flags=(form,))
    return _document(path, role, form, _looked_at(form, root / path, limits))


def _form(file: Path, pattern: str, limits: PaperLimits) -> Form | Flag:
    """What the child tells of the form, or why it tells nothing."""
    flag = refused(file, most_bytes=limits.file_bytes)
    if flag is not None:
        return flag
    told = child(file=file, arguments=(pattern,), limits=limits, reader=READER)
    if told.document is None:
        return Flag(kind="unreadable", detail=told.why)
    try:
        if isinstance(told.document, dict) and "unread" in told.document:
            kind, detail = told.document["unread"]
            return Flag(kind=str(kind), detail=str(detail))
        return plain.from_plain(Form, told.document)
    except (TypeError, ValueError):
        return Flag(kind="unreadable", detail="its reader gave an answer that is none")


def _looked_at(form: Form, file: Path, limits: PaperLimits) -> tuple[Row, ...]:
    """The rows, those without ink looked at once more as pixels, where the extra that renders pages is installed."""
    empty = [row for row in form.rows if row.ink == NO_INK and row.cell is not None]
    if not empty or form.scanned or importlib.util.find_spec("pypdfium2") is None:
        return form.rows
    cells = json.dumps([plain.to_plain(row.cell) for row in empty])
    told = child(file=file, arguments=(str(form.page), cells), limits=limits, reader=PIXELS).document
    dark = told if isinstance(told, list) and len(told) == len(empty) else [False] * len(empty)
    inked = [row for row, seen in zip(empty, dark, strict=True) if seen is True]
    return tuple(
        Row(user=row.user, share=row.share, ink=DARK_PIXELS, cell=row.cell) if row in inked else row
        for row in form.rows
    )


def _document(path: str, role: Role, form: Form, rows: tuple[Row, ...]) -> Document:
    why = _why_unread(form)
    return Document(
        path=path,
        role=role.name,
        kind=role.kind,
        readings=_missing(role, why) if why else _readings(role, rows),
        entries=() if why else tuple(_entries(form, rows)),
        flags=tuple(_flags(form, rows)),
    )


def _why_unread(form: Form) -> str:
    """Why no row is believed, or nothing."""
    if form.scanned:
        return "the form is a picture (a scan or a photograph), which the program does not read"
    if form.repaired:
        return "the file is damaged, and parts of it may be missing"
    return "" if form.rows else "no row of shares was found on it"


def _missing(role: Role, why: str) -> dict[str, Reading]:
    return {f"{role.name}.{name}": Reading.missing(unit=unit, why=why) for name, unit in READINGS}


def _readings(role: Role, rows: tuple[Row, ...]) -> dict[str, Reading]:
    """Readings of rows whose shares are all known; what is said of some of them only would mislead."""
    shares = [row.share for row in rows if row.share is not None]
    found: dict[str, float] = {"rows": len(rows)}
    if len(shares) == len(rows):
        found |= {"total": round(sum(shares), 6), "smallest": min(shares), "largest": max(shares)}
        found["above_zero"] = sum(share > 0 for share in shares)
    if not any(row.ink == NO_PLACE for row in rows):
        found["unsigned"] = sum(row.ink == NO_INK for row in rows)
    readings = {}
    for name, unit in READINGS:
        why = "no column for signatures was found" if name == "unsigned" else "a row says no share"
        value = found.get(name)
        seen: Witness = "observed" if unit == "rows" else "claimed"
        readings[f"{role.name}.{name}"] = (
            Reading.missing(unit=unit, why=why) if value is None else Reading(value=value, unit=unit, source=seen)
        )
    return readings


def _entries(form: Form, rows: tuple[Row, ...]) -> Iterator[Entry]:
    for number, row in enumerate(rows, 1):
        where = f"p{form.page} row {number}"
        yield Entry(key="share", value=row.share, unit="%", words=row.user, where=where)
        yield Entry(key="signature", words=row.ink, where=where)


def _flags(form: Form, rows: tuple[Row, ...]) -> Iterator[Flag]:
    where = f"p{form.page}"
    if form.scanned:
        yield Flag(kind="scanned-form", detail="a picture covers the page", where=where)
    elif form.repaired:
        detail = "repaired while it was read; parts of it may be missing"
        yield Flag(kind="repaired-form", detail=detail, where=where)
    elif not form.rows:
        detail = "there is hardly a word on it" if form.wordless else "no table of shares was recognised"
        yield Flag(kind="no-rows", detail=detail, where=where)
    if form.pages > 1:
        yield Flag(kind="several-pages", detail=f"{form.pages} pages; such a form is one page")
    if not form.titled and not form.scanned:
        yield Flag(kind="untitled-form", detail="its words do not say that it divides marks", where=where)
    for number, row in enumerate(rows, 1):
        if row.share is None:
            yield Flag(kind="row-without-share", detail=f"row {number} says no share", where=where)
        if not row.user:
            yield Flag(kind="row-without-id", detail=f"row {number} says no user id", where=where)
    shares = [row.share for row in rows if row.share is not None]
    if form.stated_total is not None and len(shares) == len(rows) and abs(sum(shares) - form.stated_total) > 0.5:
        yield Flag(
            kind="other-total",
            detail=f"the rows add up to {sum(shares):g}, the form says {form.stated_total:g}",
            where=where,
        )
