"""What the two readers of PDFs say of one paper, put together: the first one's word, the second's doubts and additions.

Opens no PDF: starts the second reader, checks its parts, keeps its pictures.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import importlib.util
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from validator import plain
from validator.evidence import Flag, Paper, Picture, Reading
from validator.measuring.probes.paper_child import Answer, Reader, child
from validator.measuring.probes.paper_geometry import BODY_NAMES
from validator.measuring.probes.paper_imposed import IMPOSED
from validator.measuring.probes.paper_recognised import RECOGNISED, recognised_flags
from validator.measuring.probes.paper_second_answer import COUNTED, DRAWN, LOOKED, Part
from validator.measuring.probes.paper_thumbnails import MOST_BYTES, MOST_PAGES, SIGNATURE
from validator.plan import MIB, PaperLimits

LIBRARY = "pypdfium2"
SECOND = Reader(module="validator.measuring.probes.paper_second", library=LIBRARY, output_bytes=8 * MIB)
INSTALL = "pip install 'validator[pdf]'"
ABSENT = f"measured with {LIBRARY}, which is not installed here ({INSTALL})"
LEAST_SECONDS = 1.0
FASTER = 3
"""It takes a tenth of the first reader's processor time; a third of the limit is plenty."""
SIZES_DIFFER = 0.15
UNOPENED = ("not-a-pdf", "too-large")
"""What the first reader found is no PDF, or was not even opened; the second is not asked."""
UNITS = {"paper.pages_second": "pages", "paper.right_edge": "points", "paper.hidden_characters": "characters"}


def with_second(first: Paper, *, file: Path, limits: PaperLimits, seconds: float, keep: Path | None) -> Paper:
    """The paper with what the second reader adds in at most `seconds`; pictures of its pages go into `keep`."""
    why = _why_not(first, seconds)
    if why:
        return _alone(first, why)
    last = first.references_page or 0
    smaller = replace(limits, wall_seconds=seconds, cpu_seconds=max(limits.cpu_seconds // FASTER, 1))
    return _joined(first, child(file=file, arguments=(str(last),), limits=smaller, reader=SECOND), keep=keep)


def _alone(first: Paper, why: str) -> Paper:
    """What is known without the second reader: of pages put together of scaled ones, no length of the body."""
    scaled = any(flag.kind == IMPOSED for flag in first.flags)
    body = {
        name: Reading.missing(unit=first.readings[name].unit, why=why)
        for name in (f"paper.{one}" for one in BODY_NAMES)
        if scaled and name in first.readings
    }
    return replace(first, readings={**first.readings, **body, **_missing(why)})


def _why_not(first: Paper, seconds: float) -> str:
    if any(flag.kind in UNOPENED for flag in first.flags):
        return first.readings["paper.pages_total"].why
    if importlib.util.find_spec(LIBRARY) is None:
        return ABSENT
    return "" if seconds >= LEAST_SECONDS else "no time was left for the second reader"


def _missing(why: str) -> dict[str, Reading]:
    return {name: Reading.missing(unit=unit, why=why) for name, unit in UNITS.items()}


def _joined(first: Paper, answer: Answer, *, keep: Path | None) -> Paper:
    parts = list(_parts(answer))
    counted = next((part for part in parts if part.kind == COUNTED), Part(kind=COUNTED, why=answer.why))
    looked = next((part for part in parts if part.kind == LOOKED), None)
    readings = {**first.readings, **_missing(counted.why or answer.why or "the second reader did not come so far")}
    flags = [flag for flag in first.flags if looked is None or flag.kind != IMPOSED]  # it measures what is printed
    flags += _page_flags(first, counted)
    if counted.pages is not None:
        readings["paper.pages_second"] = Reading(value=counted.pages, unit="pages", source="observed")
    if looked is not None:
        flags += [*looked.flags, *_picture_flags(first, looked)]
        if not any(flag.kind == RECOGNISED for flag in first.flags):
            flags += recognised_flags(looked.recognised)
        readings["paper.hidden_characters"] = Reading(value=looked.hidden, unit="characters", source="observed")
        measured = _scaled(looked, readings.get("paper.page_width"))
        flags += _size_flags(readings, measured)
        readings |= _better(readings, measured)
    return replace(first, readings=readings, flags=tuple(flags), pictures=tuple(_kept(first.path, parts, keep)))


def _parts(answer: Answer) -> Iterator[Part]:
    for document in answer.said:
        try:
            yield plain.from_plain(Part, document)
        except ValueError:
            return


def _page_flags(first: Paper, counted: Part) -> Iterator[Flag]:
    """Doubts about the number of pages, where the first reader gave one."""
    total = first.readings["paper.pages_total"].value
    if total is None:
        return
    if counted.pages is None:
        detail = f"a second reader of PDFs (PDFium) cannot confirm the {total} pages: {counted.why}"
        yield Flag(kind="engines-disagree", detail=detail)
    elif counted.pages != total:
        detail = f"two readers of PDFs count different pages: pypdf {total}, PDFium {counted.pages}"
        yield Flag(kind="engines-disagree", detail=detail)


def _picture_flags(first: Paper, looked: Part) -> Iterator[Flag]:
    """Pages of references alone, to the first reader, on which the second sees a picture."""
    start = first.references_page
    counting = {quote.partition(":")[0] for quote in first.after_references}
    for page in looked.pictured if start is not None else ():
        above = page == start and bool(first.above_references)
        if page >= (start or 0) and not above and f"p{page}" not in counting:
            detail = "a second reader of PDFs (PDFium) sees a picture on a page that is not counted"
            yield Flag(kind="picture-uncounted", detail=detail, where=f"p{page}")


def _scaled(looked: Part, width: Reading | None) -> dict[str, Reading]:
    """Its lengths in points: it does not know the unit of the page, which the first reader does."""
    known = width is not None and width.value is not None and looked.unit_width
    unit = width.value / looked.unit_width if known and width and width.value and looked.unit_width else 1.0
    return {
        name: reading
        if reading.value is None or reading.unit != "points"
        else replace(reading, value=round(reading.value * unit, 2))
        for name, reading in looked.readings.items()
    }


def _size_flags(readings: Mapping[str, Reading], measured: Mapping[str, Reading]) -> Iterator[Flag]:
    before, after = _value(readings, "paper.body_size"), _value(measured, "paper.body_size")
    if before is not None and after is not None and abs(before - after) > SIZES_DIFFER:
        detail = f"text is set at {before:g} points and printed at {after:g}: pages are scaled, or share a sheet"
        yield Flag(kind="scaled-text", detail=detail, where="p1")


def _better(readings: Mapping[str, Reading], measured: Mapping[str, Reading]) -> dict[str, Reading]:
    """What is taken of the second reader: all where it sees another size as printed, else what the first lacks."""
    all_of_it = bool(list(_size_flags(readings, measured)))
    found = {name: one for name, one in measured.items() if one.value is not None}
    taken = {name: one for name, one in found.items() if all_of_it or _value(readings, name) is None}
    why = measured.get("paper.right_edge")
    return taken if why is None else {**taken, "paper.right_edge": why}


def _value(readings: Mapping[str, Reading], name: str) -> float | None:
    found = readings.get(name)
    return None if found is None else found.value


def _kept(path: str, parts: list[Part], keep: Path | None) -> Iterator[Picture]:
    """Write the pictures of the pages into a folder of their own; nothing that lies there is followed."""
    if keep is None:
        return
    if keep.is_symlink():
        keep.unlink()
    mark = hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    for part in [part for part in parts if part.kind == DRAWN][:MOST_PAGES]:
        content = _png(part.png)
        if not content or not 0 < part.page <= MOST_PAGES:
            continue
        keep.mkdir(parents=True, exist_ok=True)
        file = keep / f"{mark}-p{part.page}.png"
        file.unlink(missing_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "wb") as stream:
            stream.write(content)
        yield Picture(name=f"page-{part.page}", path=f"{keep.name}/{file.name}", caption=f"Page {part.page}")


def _png(text: str) -> bytes:
    """The picture, when it is one and no larger than it may be."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return content if content.startswith(SIGNATURE) and len(content) <= MOST_BYTES else b""
