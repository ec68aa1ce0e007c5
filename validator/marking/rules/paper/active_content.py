"""The paper holds content that acts.

## What it checks
Whether the PDF carries JavaScript, actions that start programs, send forms or fetch data, embedded files, XFA forms or
rich media. An action on opening is normal by itself: most writers of PDFs make one that goes to the first page.

## Why it matters
A paper is read. Whatever runs, fetches or carries further files is no part of it, and a danger to whoever opens it.

## Evidence
The kinds found in the file's objects, with their page. Nothing of it was followed or executed.

## How to fix
Export the PDF again without attachments, forms and multimedia.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence, Paper
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.flags import ACTIVE_CONTENT, of_kind
from validator.marking.rubric import Clause
from validator.marking.words import places

READINGS = ("paper.pages_total",)
LIMITS: dict[str, object] = {}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding for each paper."""
    if not evidence.papers:
        yield Finding(verdict="unknown", message=f"active content: {why_absent(evidence, 'paper')}")
    for paper in evidence.papers:
        yield _finding(paper)


def _finding(paper: Paper) -> Finding:
    flags = of_kind(paper.flags, (ACTIVE_CONTENT,))
    if flags:
        said = "; ".join(f"{flag.detail} ({flag.where or 'whole file'})" for flag in flags[:6])
        where = places(flag.where or "p1" for flag in flags)
        return Finding(verdict="fail", message=f"active content: {said}", where=where, witness="observed")
    pages, width = (paper.readings.get(f"paper.{name}") for name in ("pages_counted", "page_width"))
    walked = width is not None and width.value is not None  # its pages were opened, whatever their text is worth
    if not walked and (pages is None or pages.value is None):
        why = "the paper was not read" if pages is None else pages.why
        return Finding(verdict="unknown", message=f"active content: {why}")
    return Finding(verdict="pass", message="no active content was seen", where=paper.path, witness="observed")
