"""The child process that opens one PDF and prints what it holds as JSON. Started by `paper_child` inside limits.

Everything that touches the file's bytes happens here. Knows no page limit of a rubric; executes nothing of the file.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from validator import plain
from validator.evidence import Flag, Paper, Reading
from validator.measuring.probes import paper_hazards, paper_pictures
from validator.measuring.probes.paper_references import References, references

PARSED_OBJECTS = 300_000
"""Operators and operands one content stream may hold; real reports stay far below."""
PAGE_CHARACTERS = 200_000
QUOTE_CHARACTERS = 160
FEW_LINES = 5

INCOMPLETE = ("skip", "Impossible to decode", "Exceeded", "limit")
"""Words of pypdf's log that mean that something was left out of the text."""
DAMAGE = ("decompressing", "not defined", "invalid stream", "stream has ended", "ref repaired", "xref", "eof marker")


class Refused(Exception):
    """The file cannot be read as a paper; carries the flag that says why, and the page count if it is known."""

    def __init__(self, kind: str, detail: str, *, where: str = "", pages_total: int | None = None) -> None:
        super().__init__(detail)
        self.flag = Flag(kind=kind, detail=detail[:QUOTE_CHARACTERS], where=where)
        self.pages_total = pages_total


class Log(logging.Handler):
    """Keeps the first warnings of pypdf; they tell what it repaired or left out."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        if len(self.messages) < 200:
            self.messages.append(record.getMessage()[:QUOTE_CHARACTERS])


def read(file: Path, *, path: str, most_pages: int) -> Paper:
    """Read one PDF; a file that cannot be read is a Paper that says why."""
    log = Log()
    logger = logging.getLogger("pypdf")
    logger.addHandler(log)
    logger.propagate = False
    try:
        with file.open("rb") as stream, _limits():
            return _paper(stream, path=path, most_pages=most_pages, log=log)
    except Refused as refused:
        return unreadable(path, flags=(refused.flag,), pages_total=refused.pages_total)
    except MemoryError:
        return unreadable(path, flags=(Flag(kind="unreadable", detail="reading it needs more memory than it may use"),))
    except Exception as error:  # noqa: BLE001 - pypdf raises anything on damaged files (research: KeyError, TypeError, ...)
        return unreadable(path, flags=(Flag(kind="damaged", detail=_said(error)),))


def unreadable(path: str, *, flags: tuple[Flag, ...], pages_total: int | None = None) -> Paper:
    """A paper without a count of pages; the first flag is the reason."""
    why = f"{flags[0].detail} ({flags[0].kind})"
    total = Reading.missing(unit="pages", why=why) if pages_total is None else _observed(pages_total)
    readings = {"paper.pages_total": total, "paper.pages_counted": Reading.missing(unit="pages", why=why)}
    return Paper(path=path, readings=readings, flags=flags)


def _limits() -> AbstractContextManager[Any]:
    """pypdf's own limits, where this version has them."""
    import pypdf

    apply = getattr(pypdf, "apply_configuration", None)
    return apply(stream_parsing_work_maximum_count=PARSED_OBJECTS) if apply else nullcontext()


def _paper(stream: Any, *, path: str, most_pages: int, log: Log) -> Paper:
    flags = list(_header_flags(stream))
    reader, opened = _reader(stream)
    flags += opened
    pages = _pages(reader, most_pages)
    texts = [_text(page, number, len(pages)) for number, page in enumerate(pages, 1)]
    shown = [_pictures(page) for page in pages]
    flags += paper_hazards.geometry_flags(pages)
    flags += paper_hazards.active_content_flags(reader.root_object, pages)
    flags += paper_hazards.text_flags(texts, pictured=[bool(one) for one in shown])
    flags += _log_flags(log)
    blocking = _blocking(flags, log)
    if blocking:
        return unreadable(path, flags=(blocking, *(f for f in flags if f != blocking)), pages_total=len(pages))
    found = references([text.splitlines() for text in texts])
    counted, above, seen = _with_pictures(found, pages, shown)
    flags += seen
    flags += _reference_flags(found, counted, pages=len(pages), blank=_blank(texts, shown))
    readings = {"paper.pages_total": _observed(len(pages)), "paper.pages_counted": _observed(len(counted))}
    return Paper(
        path=path,
        readings=readings,
        references_page=found.page,
        references_confidence=found.confidence,
        above_references=found.above or above,
        after_references=found.after,
        flags=tuple(flags),
    )


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

    reader = PdfReader(stream)
    if not reader.is_encrypted:
        return reader, []
    try:
        opened = reader.decrypt("")
    except DependencyError as error:
        raise Refused("encrypted", f"encrypted in a way this installation cannot read ({_said(error)})") from error
    if not opened:
        raise Refused("encrypted", "a password is needed to open it")
    return reader, [Flag(kind="owner-password", detail="encrypted, but opens without a password")]


def _pages(reader: Any, most_pages: int) -> list[Any]:
    """All pages, when there are some, not too many, and the page tree agrees with itself."""
    said = reader.root_object["/Pages"].get_object().get("/Count")
    if isinstance(said, int) and said > most_pages:
        raise Refused("too-many-pages", f"{said} pages, at most {most_pages} are read", pages_total=None)
    total = len(reader.pages)
    if total == 0:
        raise Refused("damaged", "the document has no pages")
    if total > most_pages:
        raise Refused("too-many-pages", f"{total} pages, at most {most_pages} are read", pages_total=total)
    if said != total:
        raise Refused("damaged", f"the page tree says {said} pages and holds {total}")
    return list(reader.pages)


def _text(page: Any, number: int, total: int) -> str:
    """The page's text; the content is unpacked first, because a bomb would otherwise be an empty page."""
    try:
        contents = page.get_contents()
        if contents is not None:
            contents.get_data()
        text: str = page.extract_text()
    except MemoryError:
        raise
    except Exception as error:
        raise Refused("unreadable", _said(error), where=f"p{number}", pages_total=total) from error
    return text[:PAGE_CHARACTERS]


def _pictures(page: Any) -> list[paper_pictures.Picture]:
    """Pictures help to see more; a page whose drawing cannot be followed simply shows none."""
    try:
        return paper_pictures.pictures(page)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the text is read already, and is what counts
        return []


def _log_flags(log: Log) -> Iterator[Flag]:
    """What pypdf repaired or left out, once each."""
    left_out = [text for text in log.messages if any(word in text for word in INCOMPLETE)]
    repaired = [text for text in log.messages if any(word in text.lower() for word in DAMAGE)]
    if left_out:
        yield Flag(kind="text-incomplete", detail=f"part of the drawing was not read: {left_out[0]}")
    if repaired:
        yield Flag(kind="damaged", detail=f"repaired while reading: {repaired[0]}")


def _blocking(flags: Sequence[Flag], log: Log) -> Flag | None:
    """The flag for which no references can be looked for: there is no text to trust."""
    torn = any("decompressing" in text for text in log.messages)
    kinds = {"garbled-text"} | ({"damaged"} if torn else set())
    return next((f for f in flags if f.kind in kinds or (f.kind == "low-text" and not f.where)), None)


def _with_pictures(
    found: References, pages: Sequence[Any], shown: Sequence[Sequence[paper_pictures.Picture]]
) -> tuple[frozenset[int], str, list[Flag]]:
    """Counted pages once pictures are seen: above the heading, or on a page after it."""
    if found.page is None:
        return found.counted, "", []
    counted, above, flags = found.counted, "", []
    height = paper_pictures.heading_height(pages[found.page - 1])
    if height is not None and any(picture.bottom > height for picture in shown[found.page - 1]):
        above = "" if found.above else "a picture"
        counted |= {found.page}
        if above:
            flags.append(Flag(kind="picture-above-references", detail="only a picture", where=f"p{found.page}"))
    for number in range(found.page + 1, len(pages) + 1):
        if shown[number - 1] and number not in counted:
            counted |= {number}
            flags.append(Flag(kind="after-references", detail="a picture", where=f"p{number}"))
    return counted, above, flags


def _blank(texts: Sequence[str], shown: Sequence[Sequence[Any]]) -> list[int]:
    return [n for n, (text, some) in enumerate(zip(texts, shown, strict=True), 1) if not text.strip() and not some]


def _reference_flags(found: References, counted: frozenset[int], *, pages: int, blank: Sequence[int]) -> Iterator[Flag]:
    """What a person should look at before a page is called one too many."""
    if found.page is None:
        yield Flag(kind="references-not-found", detail=f"no list of references was found; all {pages} pages count")
    where = f"p{found.page}"
    if found.confidence == "low":
        detail = "a list without a heading" if not found.heading else "a heading without entries that look like any"
        yield Flag(kind="references-low-confidence", detail=detail, where=where)
    if len(found.lists) > 1:
        places = ", ".join(f"p{page}" for page in found.lists)
        yield Flag(kind="several-reference-lists", detail=f"lists on {places}; the last one is taken", where=where)
    for quote in found.after:
        place, _, text = quote.partition(": ")
        yield Flag(kind="after-references", detail=text, where=place)
    if found.stray:
        place, _, text = found.stray.partition(": ")
        yield Flag(kind="unlike-references", detail=f"inside the list, perhaps something else: {text}", where=place)
    for page in blank:
        yield Flag(kind="blank-page", detail="nothing is on the page", where=f"p{page}")
    last = max(counted, default=0)
    if last == max(found.counted, default=0) and 0 < found.lines_on_last < FEW_LINES:
        detail = f"{found.lines_on_last} lines that are not references on the last page that counts"
        yield Flag(kind="last-counted-page-nearly-empty", detail=detail, where=f"p{last}")


def _observed(pages: int) -> Reading:
    return Reading(value=pages, unit="pages", source="observed")


def _said(error: BaseException) -> str:
    """The error on one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:QUOTE_CHARACTERS]


def main() -> None:
    """`python -m ...paper_reader FILE PATH PAGES`: print the Paper as JSON in ASCII, which any locale carries."""
    file, path, most_pages = sys.argv[1:4]
    paper = read(Path(file), path=path, most_pages=int(most_pages))
    sys.stdout.write(json.dumps(plain.to_plain(paper), allow_nan=False))


if __name__ == "__main__":
    main()
