"""The child process that opens one mark split and prints its rows as JSON. Started by `document_split` inside limits.

Everything that touches the file's bytes happens here and in what it imports. It prints shares, user ids, places, and
kinds of what stands in them: no name, no signature and no other word of the form.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

from validator.measuring.probes.document_split_blocks import blocks_of
from validator.measuring.probes.document_split_fields import draw_fields
from validator.measuring.probes.document_split_ink import ink_in
from validator.measuring.probes.document_split_page import Drawn, drawn_by
from validator.measuring.probes.document_split_table import Table, table_of
from validator.measuring.probes.paper_remarks import Log, log_flags

PARSED_OBJECTS = 300_000
MOST_PAGES = 10
SCAN_SHARE = 0.6
"""A picture that covers more of the page is a scan of it."""
FEW_WORDS = 15
TITLE = (("mark", "marks"), ("split", "distribution", "share", "shares", "contribution", "allocation"))
"""A word of each group stands on such a form."""
SAID_CHARACTERS = 120


def answers(file: Path, pattern: str) -> Iterator[dict[str, Any]]:
    """The one answer of this reader."""
    yield read(file, pattern=re.compile(pattern))


def read(file: Path, *, pattern: re.Pattern[str]) -> dict[str, Any]:
    """The form's first page with rows, as plain data; a file that cannot be read is told with the reason."""
    logger, log = logging.getLogger("pypdf"), Log()
    propagate, logger.propagate = logger.propagate, False
    logger.addHandler(log)
    try:
        with file.open("rb") as stream, _limits():
            found = _form(stream, pattern)
            return found if "unread" in found else {**found, "repaired": any(log_flags(log))}
    except MemoryError:
        return _unread("unreadable", "reading it needs more memory than it may use")
    except Exception as error:  # noqa: BLE001 - pypdf raises anything on damaged files; its words may quote the file
        return _unread("damaged", f"it cannot be read ({type(error).__name__})")
    finally:
        logger.removeHandler(log)
        logger.propagate = propagate


def _limits() -> AbstractContextManager[Any]:
    """pypdf's own limits, where this version has them."""
    import pypdf

    apply = getattr(pypdf, "apply_configuration", None)
    return apply(stream_parsing_work_maximum_count=PARSED_OBJECTS) if apply else nullcontext()


def _form(stream: Any, pattern: re.Pattern[str]) -> dict[str, Any]:
    from pypdf import PdfReader

    start = stream.read(65_536)
    stream.seek(0)
    if b"%PDF-" not in start:
        return _unread("not-a-pdf", "the file is not a PDF" if start.strip(b"\0 \r\n\t") else "the file is empty")
    reader = PdfReader(stream)
    if reader.is_encrypted and not reader.decrypt(""):
        return _unread("encrypted", "a password is needed to open it")
    pages = len(reader.pages)
    if not pages:
        return _unread("damaged", "the document has no pages")
    first: dict[str, Any] | None = None
    for number in range(min(pages, MOST_PAGES)):
        page = reader.pages[number]
        drawn = drawn_by(page)
        draw_fields(drawn, page)
        table = table_of(drawn.words, level=drawn.level, upright=drawn.upright, pattern=pattern)
        blocks = blocks_of(drawn.words, pattern=pattern)
        table = blocks if blocks.shares > table.shares else table
        found = _page(drawn, table, number=number, pages=pages)
        if table.rows:
            return found
        first = first or found
    return first or {}


def _page(drawn: Drawn, table: Table, *, number: int, pages: int) -> dict[str, Any]:
    whole = drawn.width * drawn.height
    pictured = any(ink.kind == "picture" and ink.box.width * ink.box.height > SCAN_SHARE * whole for ink in drawn.ink)
    said = {word for one in drawn.words for word in re.findall(r"[a-z]+", one.text.casefold())}
    return {
        "page": number + 1,
        "pages": pages,
        "scanned": pictured,
        "wordless": len(drawn.words) < FEW_WORDS,
        "titled": all(said & set(group) for group in TITLE),
        "stated_total": table.stated_total,
        "rows": [
            {
                "user": row.user,
                "share": row.share,
                "ink": ink_in(row, drawn),
                "cell": asdict(row.cell) if row.cell else None,
            }
            for row in table.rows
        ],
    }


def _unread(kind: str, detail: str) -> dict[str, Any]:
    return {"unread": [kind, detail[:SAID_CHARACTERS]]}


def main() -> None:
    """`python -m ...document_split_reader FILE PATTERN`: print what was found as JSON in ASCII."""
    file, pattern = sys.argv[1:3]
    for answer in answers(Path(file), pattern):
        sys.stdout.write(json.dumps(answer, allow_nan=False) + "\n")


if __name__ == "__main__":
    main()
