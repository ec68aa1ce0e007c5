"""What reading one paper left to say: repairs, doubts about the references, blank pages. Facts in, flags out.

Knows no PDF object and no page limit.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from validator.evidence import Flag
from validator.measuring.probes.paper_cues import is_heading
from validator.measuring.probes.paper_references import FEW_LINES, References

MESSAGE_CHARACTERS = 160

INCOMPLETE = ("skip", "Impossible to decode", "Exceeded", "limit")
"""Words of pypdf's log that mean that something was left out of the text."""
DAMAGE = ("decompressing", "not defined", "invalid stream", "stream has ended", "ref repaired", "xref", "eof marker")


class Log(logging.Handler):
    """Keeps the first warnings of pypdf; they tell what it repaired or left out."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        if len(self.messages) < 200:
            self.messages.append(record.getMessage()[:MESSAGE_CHARACTERS])


def log_flags(log: Log) -> Iterator[Flag]:
    """What pypdf repaired or left out, once each."""
    left_out = [text for text in log.messages if any(word in text for word in INCOMPLETE)]
    repaired = [text for text in log.messages if any(word in text.lower() for word in DAMAGE)]
    if left_out:
        yield Flag(kind="text-incomplete", detail=f"part of the drawing was not read: {left_out[0]}")
    if repaired:
        yield Flag(kind="damaged", detail=f"repaired while reading: {repaired[0]}")


def blocking_flag(
    flags: Sequence[Flag], found: References, *, log: Log, blank: Sequence[int], unread: Sequence[int]
) -> Flag | None:
    """The flag for which no count of pages can be trusted: there is no text, or some of it was lost."""
    torn = any("decompressing" in text for text in log.messages)
    # A repaired file is believed only while nothing else about it is doubtful.
    doubtful = found.confidence != "high" or 0 < found.lines_on_last < FEW_LINES
    incomplete = any(flag.kind == "text-incomplete" for flag in flags)
    # A list of references that is found beyond doubt was read, whatever the words around it are.
    garbled = {"garbled-text"} if found.confidence != "high" else set()
    kinds = garbled | ({"damaged"} if torn or doubtful or incomplete else set())
    for flag in flags:
        if flag.kind in kinds or (flag.kind == "low-text" and not flag.where):
            return flag
    if unread:
        return Flag(kind="unreadable", detail="neither text nor a picture can be made out", where=f"p{unread[0]}")
    if blank and found.page is None:
        return Flag(kind="blank-page", detail="nothing is on it, and references are nowhere", where=f"p{blank[0]}")
    return None


def blank_pages(pages: Sequence[Sequence[str]], shown: Sequence[Sequence[Any]]) -> list[int]:
    """Pages without lines of their own and without pictures, from 1."""
    return [n for n, (lines, some) in enumerate(zip(pages, shown, strict=True), 1) if not lines and not some]


def without_blank(found: References, blank: Sequence[int]) -> References:
    """A page on which nothing is does not count, wherever it lies."""
    return replace(found, counted=found.counted - set(blank))


def reference_flags(found: References, *, pages: int, blank: Sequence[int]) -> Iterator[Flag]:
    """What a person should look at before a page is called one too many."""
    if found.page is None:
        yield Flag(kind="references-not-found", detail=f"no list of references was found; all {pages} pages count")
    where = f"p{found.page}"
    if found.confidence == "low":
        yield Flag(kind="references-low-confidence", detail=_why_low(found), where=where)
    if len(found.lists) > 1:
        places = ", ".join(f"p{page}" for page in found.lists)
        yield Flag(kind="several-reference-lists", detail=f"lists on {places}; the last one is taken", where=where)
    for quote in found.inside:
        place, _, text = quote.partition(": ")
        detail = f'a list under "{text}" is taken for a part of the references'
        yield Flag(kind="several-reference-lists", detail=detail, where=place)
    for quote in found.after:
        place, _, text = quote.partition(": ")
        yield Flag(kind="after-references", detail=text, where=place)
    if found.stray:
        place, _, text = found.stray.partition(": ")
        yield Flag(kind="unlike-references", detail=f"inside the list, perhaps something else: {text}", where=place)
    for page in blank:
        detail = "neither text nor a picture was found on the page"
        among = found.page is not None and page < found.page
        kind, more = ("blank-page-among-text", "; it is not counted") if among else ("blank-page", "")
        yield Flag(kind=kind, detail=detail + more, where=f"p{page}")
    if 0 < found.lines_on_last < FEW_LINES:
        yield _nearly_empty(found)


def _why_low(found: References) -> str:
    if not found.heading:
        return "a list without a heading"
    if is_heading(found.heading):
        return "a heading without entries that look like any"
    return f'a list below "{found.heading[:60]}", which is no usual title of one'


def _nearly_empty(found: References) -> Flag:
    """How few lines make the last page count, with their words."""
    lines = (
        "1 line that is no reference"
        if found.lines_on_last == 1
        else f"{found.lines_on_last} lines that are not references"
    )
    words = f': "{found.words_on_last}"' if found.words_on_last else ""
    detail = f"{lines} on the last page that counts{words}"
    return Flag(kind="last-counted-page-nearly-empty", detail=detail, where=f"p{max(found.counted, default=0)}")
