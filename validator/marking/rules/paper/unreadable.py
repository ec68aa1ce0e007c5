"""The paper cannot be read as a PDF with text.

## What it checks
Whether the PDF opens within its limits and its text can be relied on.

## Why it matters
Pages and words are counted in the file. What a program cannot read, a person must.

## Evidence
The reading of the number of pages, or the reason why there is none, and the paper probe's flags on the text. Where a
limit of the program ended the reading (time, memory, size, number of pages), where its reader gave up or left something
out, and where another reader opens the file, that is no defect of the paper: it is unknown, and a person opens it.

## How to fix
Export the PDF again from the template, with text and not pictures of text, without a password, and open it once more
before you upload it.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence, Paper
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.flags import READER_STOPPED, TEXT_UNREADABLE, of_kind
from validator.marking.rubric import Clause
from validator.marking.words import counted

READINGS = ("paper.pages_total",)
LIMITS: dict[str, object] = {}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding for each paper that was read."""
    if not evidence.papers:
        yield Finding(verdict="unknown", message=f"no paper was read: {why_absent(evidence, 'paper')}")
    for paper in evidence.papers:
        yield _finding(paper)


def _finding(paper: Paper) -> Finding:
    pages = paper.readings.get("paper.pages_total")
    stopped = of_kind(paper.flags, READER_STOPPED)
    second = paper.readings.get("paper.pages_second")
    if stopped:
        said = "; ".join(flag.detail for flag in stopped)
        seen = (
            "" if second is None or second.value is None else f"; another reader sees {counted(second.value, 'pages')}"
        )
        message = f"the program did not read all of the paper, a person must open it: {said}{seen}"
        return Finding(verdict="unknown", message=message, where=paper.path)
    if pages is None or pages.value is None:
        return _unread(paper, pages.why if pages else "its pages could not be counted")
    # A single page with little text is a page with a large picture, and nothing to complain about.
    flags = [flag for flag in of_kind(paper.flags, TEXT_UNREADABLE) if flag.kind != "low-text" or not flag.where]
    if flags:
        said = "; ".join(f"{flag.kind}: {flag.detail}" for flag in flags)
        return Finding(
            verdict="fail", message=f"the text is not reliable: {said}", where=paper.path, witness="observed"
        )
    return Finding(
        verdict="pass", message=f"{counted(pages.value, 'pages')} read", where=paper.path, witness=pages.source
    )


def _unread(paper: Paper, why: str) -> Finding:
    """Unread by one reader of PDFs; what a second one opens may be sound, and a person opens it."""
    second = paper.readings.get("paper.pages_second")
    if second is not None and second.value is not None:
        message = f"one reader of PDFs does not read the paper ({why}), another sees {counted(second.value, 'pages')}"
        return Finding(verdict="unknown", message=f"{message}: a person must open it", where=paper.path)
    return Finding(verdict="fail", message=f"the paper cannot be read: {why}", where=paper.path, witness="observed")
