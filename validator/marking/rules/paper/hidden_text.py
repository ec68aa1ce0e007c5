"""The paper holds text that does not show on its pages.

## What it checks
Whether letters of the PDF are drawn invisibly, nearly white on a light ground, nearly transparent, smaller than one
point, or outside the visible page. Why they are is not asked.

## Why it matters
Programs read what a person does not see: a hidden heading or number could mislead any of them, this one too.

## Evidence
The number of such characters with their page and their first words, by colour and manner of drawing. White letters on
a dark picture are there to be read and are no finding, nor are short labels of a picture that is larger than the page,
which are named all the same. Text that was recognised in a scan is written invisibly over the picture of the page by
nature: that is unknown, and a person compares the two. Where such letters stand over an empty place of the picture, or
printed text is on the page, they are a finding.

## How to fix
Take the text out, or let it be seen. A PDF made by text recognition: hand in the one that your editor exports.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence, Paper
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.flags import HIDDEN_TEXT, LABELS_OFF_PAGE, RECOGNISED_TEXT, of_kind
from validator.marking.rubric import Clause
from validator.marking.words import places

READINGS = ("paper.hidden_characters",)
LIMITS: dict[str, object] = {}


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding for each paper."""
    if not evidence.papers:
        yield Finding(verdict="unknown", message=f"hidden text: {why_absent(evidence, 'paper')}")
    for paper in evidence.papers:
        yield _finding(paper)


def _finding(paper: Paper) -> Finding:
    flags = of_kind(paper.flags, (HIDDEN_TEXT,))
    reading = paper.readings.get("paper.hidden_characters")
    if flags:
        said = "; ".join(f"{flag.where}: {flag.detail}" for flag in flags[:4])
        more = f"; and {len(flags) - 4} more" if len(flags) > 4 else ""
        return Finding(
            verdict="fail",
            message=f"text that does not show on the page: {said}{more}",
            measured=None if reading is None else reading.value,
            unit="characters",
            where=places(flag.where for flag in flags),
            witness="observed",
        )
    if reading is None or reading.value is None:
        why = "it was not looked for" if reading is None else reading.why
        return Finding(verdict="unknown", message=f"hidden text: {why}")
    scans = of_kind(paper.flags, (RECOGNISED_TEXT,))
    if scans:
        message = f"nothing else is hidden, but what is read of the paper may not be what it shows: {scans[0].detail}"
        return Finding(verdict="unknown", message=message, where=f"{paper.path}, {scans[0].where}")
    labels = of_kind(paper.flags, (LABELS_OFF_PAGE,))
    said = "".join(f"; {flag.where}: {flag.detail}" for flag in labels[:2])
    return Finding(verdict="pass", message=f"no hidden text was seen{said}", where=paper.path, witness="observed")
