"""The claims of one paper: what its pages state before the references, and what is stated after them.

Runs in the paper's own child process. Knows no PDF object but the page it asks for a table's columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from validator.evidence import Claim
from validator.measuring.probes import claims_tables, claims_titles
from validator.measuring.probes.claims import MOST_CLAIMS, claims
from validator.measuring.probes.claims_text import Block, sentences
from validator.measuring.probes.paper_pages import Seen
from validator.measuring.probes.paper_references import References, is_heading, without_furniture

AFTER = "after-references"
TABLE_CHARACTERS, TABLE_PAGES = 20_000, 12
"""Pages with more text, and pages beyond so many, are not laid out once more."""


def paper_claims(seen: Seen, found: References, *, own: Sequence[Sequence[str]]) -> tuple[Claim, ...]:
    """Claims of prose, page by page, then those of tables; `own` are the lines of each page without running heads."""
    raised = seen.marked != seen.texts
    pages = without_furniture([text.splitlines() for text in seen.marked]) if raised else own
    blocks = list(_blocks(pages, found))
    told = [*claims(sentences(blocks)), *_in_tables(seen, [block for block in blocks if AFTER not in block.flags])]
    return tuple(dict.fromkeys(told))[:MOST_CLAIMS]


def _in_tables(seen: Seen, blocks: Sequence[Block]) -> Iterator[Claim]:
    """Claims of the tables on the pages that may have some."""
    section, laid_out = "", 0
    for block in blocks:
        if laid_out < TABLE_PAGES and claims_titles.is_worth(block.lines):
            laid_out += 1
            lines = _laid_out(seen, int(block.where[1:]))
            yield from claims_tables.claims_of_lines(lines, where=block.where, section=section)
        section = claims_tables.sections(block.lines, section)[-1]


def _blocks(pages: Sequence[Sequence[str]], found: References) -> Iterator[Block]:
    """Each page's own lines up to the list, and from what follows the list."""
    after = {int(place[1:]): text for place, _, text in (quote.partition(": ") for quote in found.after)}
    for number, lines in enumerate(pages, 1):
        last = len(lines) if found.page is None or number < found.page else 0
        if number == found.page:
            last = _start(lines, found)
        if last:
            yield Block(lines=lines[:last], where=f"p{number}")
        if number in after:
            told = _lettered(after[number])
            behind = (n for n, line in enumerate(lines) if n >= last and _lettered(line).startswith(told))
            start = next(behind, len(lines))
            yield Block(lines=lines[start:], where=f"p{number}", flags=(AFTER,))


def _lettered(line: str) -> str:
    """The line from its first letter: the number of a footnote is glued to what follows, or is a dagger.

    A row of numbers alone stays as it is: without them it would be the start of every line.
    """
    return line.lstrip("0123456789.,\u2020 ") or line


def _start(lines: Sequence[str], found: References) -> int:
    """Index of the line that starts the list on its page."""
    headed = [n for n, line in enumerate(lines) if line == found.heading or is_heading(line)] if found.heading else []
    numbered = [n for n, line in enumerate(lines) if line.startswith("[1]")]
    return next(reversed(headed or numbered), 0)


def _laid_out(seen: Seen, number: int) -> list[str]:
    """The page's lines with their columns kept apart by spaces; none where that cannot be had."""
    page: Any = seen.pages[number - 1]
    if len(seen.texts[number - 1]) > TABLE_CHARACTERS:
        return []
    try:
        text: str = page.extract_text(extraction_mode="layout")
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a table helps to see more; the text is read already
        return []
    return text.splitlines()
