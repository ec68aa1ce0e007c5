"""The child process that opens one PDF and prints what it holds as JSON. Started by `paper_child` inside limits.

Everything that touches the file's bytes happens here. Knows no page limit of a rubric; executes nothing of the file.
"""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from validator import plain
from validator.evidence import Flag, Paper, Reading
from validator.measuring.probes import claims_paper, paper_hazards, paper_look, paper_recognised, paper_remarks
from validator.measuring.probes.paper_geometry import sheet_readings
from validator.measuring.probes.paper_look import unreadable
from validator.measuring.probes.paper_pages import (
    READER_FAILED,
    READER_LIMIT,
    Refused,
    Seen,
    is_covered,
    said,
    shown_by,
)
from validator.measuring.probes.paper_pictured import with_pictures
from validator.measuring.probes.paper_references import references, without_furniture
from validator.measuring.probes.paper_unlocked import Locked, unlocked

PARSED_OBJECTS = 300_000
"""Operators and operands one content stream may hold; real reports stay far below."""


def read(file: Path, *, path: str, most_pages: int) -> Paper:
    """Read one PDF; a file that cannot be read is a Paper that says why."""
    log = paper_remarks.Log()
    logger = logging.getLogger("pypdf")
    propagate, logger.propagate = logger.propagate, False
    logger.addHandler(log)
    try:
        with file.open("rb") as stream, _limits():
            return _paper(stream, path=path, most_pages=most_pages, log=log)
    except Refused as refused:
        return unreadable(path, flags=(refused.flag,), pages_total=refused.pages_total)
    except MemoryError:
        return unreadable(path, flags=(Flag(kind=READER_LIMIT, detail="reading it needs more memory than it may use"),))
    except ImportError as error:  # its libraries are there; what is missing is room for them
        return unreadable(path, flags=(Flag(kind=READER_LIMIT, detail=f"too little memory to read it: {said(error)}"),))
    except Exception as error:  # noqa: BLE001 - pypdf raises anything on damaged files (research: KeyError, TypeError, ...)
        return unreadable(path, flags=(Flag(kind="damaged", detail=f"it cannot be read: {said(error)}"),))
    finally:
        logger.removeHandler(log)
        logger.propagate = propagate


def _limits() -> AbstractContextManager[Any]:
    """pypdf's own limits, where this version has them."""
    import pypdf

    apply = getattr(pypdf, "apply_configuration", None)
    return apply(stream_parsing_work_maximum_count=PARSED_OBJECTS) if apply else nullcontext()


def _paper(stream: Any, *, path: str, most_pages: int, log: paper_remarks.Log) -> Paper:
    flags = list(_header_flags(stream))
    reader, opened = _reader(stream)
    seen = shown_by(_pages(reader, most_pages))
    flags += [*opened, *_page_flags(reader, seen), *paper_remarks.log_flags(log)]
    lines = [text.splitlines() for text in seen.texts]
    found = references(lines, seen.typed)
    own = without_furniture(lines, seen.typed)
    # Where nothing but running heads would be left, they are all the text there is.
    blank = paper_remarks.blank_pages(own if any(own) else lines, seen.pictures)
    total = len(seen.pages)
    blocking = paper_remarks.blocking_flag(flags, found, log=log, blank=blank, unread=seen.unread)
    if blocking:
        rest = (flag for flag in flags if flag != blocking)
        return unreadable(path, flags=(blocking, *rest), pages_total=total, readings=sheet_readings(seen.pages))
    shown, pictured = with_pictures(found, seen)
    shown = paper_remarks.without_blank(shown, blank)
    look = paper_look.look(seen, references_page=found.page)
    flags += [*pictured, *paper_remarks.reference_flags(shown, pages=total, blank=blank), *look.flags]
    pages = {"paper.pages_total": _observed(total), "paper.pages_counted": _observed(len(shown.counted))}
    return Paper(
        path=path,
        readings={**pages, **look.readings},
        references_page=found.page,
        references_confidence=found.confidence,
        above_references=shown.above,
        after_references=shown.after,
        faces=look.faces,
        headings=look.headings,
        links=look.links,
        notice=look.notice,
        flags=tuple(flags),
        claims=claims_paper.paper_claims(seen, found, own=own),
    )


def _page_flags(reader: Any, seen: Seen) -> Iterator[Flag]:
    pictured = [is_covered(page, some) for page, some in zip(seen.pages, seen.pictures, strict=True)]
    yield from paper_hazards.geometry_flags(seen.pages)
    yield from paper_hazards.active_content_flags(reader.root_object, seen.pages)
    yield from paper_recognised.recognised_flags(seen.recognised)
    yield from paper_hazards.text_flags(seen.texts, pictured=pictured, outlined=seen.outlined)


def _header_flags(stream: Any) -> Iterator[Flag]:
    """Refuse what does not say that it is a PDF; name an upload that was stored with its envelope."""
    start = stream.read(65_536)
    stream.seek(0)
    place = start.find(b"%PDF-")
    if place < 0:
        raise Refused("not-a-pdf", f"the file is not a PDF: {_looks_like(start)}")
    head = start[:place].strip()
    if head:
        kind = "mime-wrapped" if head.startswith(b"--") or b"content-" in head.lower() else "damaged"
        yield Flag(kind=kind, detail=f"{place} bytes stand before the start of the PDF")


def _looks_like(start: bytes) -> str:
    signs = {b"PK": "a zip or Office file", b"<": "HTML or XML", b"\xff\xd8": "a JPEG picture", b"\x89PNG": "a picture"}
    signs |= {b"%!PS": "PostScript", b"\\doc": "LaTeX source", b"{\\rtf": "RTF"}
    kind = next((name for sign, name in signs.items() if start.lstrip().startswith(sign)), "unknown content")
    return f"it looks like {kind}" if start.strip(b"\0 \r\n\t") else "it is empty"


def _reader(stream: Any) -> tuple[Any, list[Flag]]:
    """The opened document, and a flag when it was encrypted for nobody in particular."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    try:
        reader = PdfReader(stream)
        if not reader.is_encrypted:
            return reader, []
        opened = bool(reader.decrypt(""))
        for page in list(reader.pages[:1]) if opened else ():  # with one cipher it is told only where it is met
            page.get_contents()
    except DependencyError:  # pypdf has no ciphers of its own but the oldest
        reader, opened = PdfReader(io.BytesIO(_unlocked(stream))), True
    if not opened:
        raise Refused("encrypted", "a password is needed to open it")
    return reader, [Flag(kind="owner-password", detail="encrypted, but opens without a password")]


def _unlocked(stream: Any) -> bytes:
    try:
        return unlocked(Path(stream.name))
    except Locked as locked:
        raise Refused(READER_FAILED if locked.ours else "encrypted", str(locked)) from locked


def _pages(reader: Any, most_pages: int) -> list[Any]:
    """All pages, when there are some, not too many, and the page tree agrees with itself."""
    said = reader.root_object["/Pages"].get_object().get("/Count")
    total = len(reader.pages)
    if total == 0:
        raise Refused("damaged", "the document has no pages")
    if total > most_pages:
        raise Refused("too-many-pages", f"{total} pages, at most {most_pages} are read", pages_total=total)
    if said != total:
        raise Refused("damaged", f"the page tree says {said} pages and holds {total}")
    return list(reader.pages)


def _observed(pages: int) -> Reading:
    return Reading(value=pages, unit="pages", source="observed")


def answers(file: Path, path: str, most_pages: str) -> Iterator[object]:
    """The Paper as plain JSON values, once."""
    yield plain.to_plain(read(file, path=path, most_pages=int(most_pages)))


def main() -> None:
    """`python -m ...paper_reader FILE PATH PAGES`: print the Paper as JSON in ASCII, which any locale carries."""
    file, *arguments = sys.argv[1:]
    for document in answers(Path(file), *arguments):
        sys.stdout.write(json.dumps(document, allow_nan=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
