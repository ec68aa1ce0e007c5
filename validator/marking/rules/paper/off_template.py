"""The paper differs from the template.

## What it checks
Each number that the rubric gives of its template beside the one measured: size of the pages, left and right edge of
the text, its lowest and highest line, size and spacing of its lines, its columns, its typeface; and the notice on
page 1, by its words. Beside these, pages that are turned, cropped, scaled, of several sizes or in a unit of their
own.

## Why it matters
A limit in pages means the same for everyone only on the same page.

## Evidence
The modes over all full lines of the body, in points as printed; each difference stands with both numbers. Most have a
harmless cause (A4 instead of letter, a copy of the template in another program), so this always goes to a person.
Shrunken captions and references and negative vertical space are not seen. What could not be measured is unknown.

## How to fix
Write in a copy of the template and change nothing in its preamble that moves text. `validate paper` shows what is
measured of your PDF.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Evidence, Paper
from validator.marking import template
from validator.marking.absence import why_absent
from validator.marking.finding import Finding
from validator.marking.rubric import Clause
from validator.marking.template import Compared
from validator.marking.words import places

READINGS = (
    "paper.page_width",
    "paper.page_height",
    "paper.left_edge",
    "paper.right_edge",
    "paper.lowest_line",
    "paper.highest_line",
    "paper.body_size",
    "paper.body_share",
    "paper.leading",
    "paper.columns",
)
LIMITS = template.LIMITS
OPTIONAL = template.OPTIONAL


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """All differences of a paper in one finding, and one for what could not be compared."""
    name = clause.limits["template"]
    if not evidence.papers:
        message = f"whether the paper follows the template {name}: {why_absent(evidence, 'paper')}"
        yield Finding(verdict="unknown", message=message)
    for paper in evidence.papers:
        yield from _findings(paper, template.compared(paper, clause.limits), name)


def _findings(paper: Paper, found: Compared, name: str) -> Iterator[Finding]:
    if found.differences:
        only = found.differences[0] if len(found.differences) == 1 else None
        yield Finding(
            verdict="fail",
            message=f"differs from the template {name}: {'; '.join(one.words for one in found.differences)}",
            measured=only.measured if only else None,
            limit=only.limit if only else None,
            unit="points" if only and only.measured is not None else "",
            where=places(one.where for one in found.differences),
            witness="observed",
        )
    elif found.same:
        share = paper.readings.get("paper.body_share")
        beside = (
            f"; {share.value:.0%} of the text in that size" if share is not None and share.value is not None else ""
        )
        message = f"as in the template {name}: {', '.join(found.same)}{beside}"
        yield Finding(verdict="pass", message=message, where="p1", witness="observed")
    if found.unmeasured:
        yield Finding(
            verdict="unknown", message=f"not compared with the template {name}: {'; '.join(found.unmeasured)}"
        )
    elif not found.same and not found.differences:
        yield Finding(verdict="unknown", message=f"the rubric gives no number of the template {name}")
