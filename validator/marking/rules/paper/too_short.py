"""The paper has fewer pages than asked for.

## What it checks
The number of pages that count, under the same policy as the upper limit: those that bear anything but reference entries
under `without-references`, or every page under `all`. A page counts from its first line.

## Why it matters
The lower limit says how much is to be reported.

## Evidence
`paper.pages_counted` or `paper.pages_total`. References that were not found for certain make no paper shorter: where
all pages together are too few it fails, and where they would be enough a person looks.

## How to fix
Report what was tried and what came of it. `validate paper` shows what counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from validator.evidence import Evidence
from validator.marking.absence import reading_or_why
from validator.marking.finding import Finding
from validator.marking.flags import PAGES_DOUBTFUL, REFERENCES_DOUBTFUL, of_kind
from validator.marking.rubric import Clause
from validator.marking.words import counted

READINGS = ("paper.pages_counted", "paper.pages_total")
LIMITS = {"pages": int, "policy": Literal["without-references", "all"]}
UNIT = "pages"


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding; unknown where too few pages rest on references in doubt."""
    least, policy = clause.limits["pages"], clause.limits["policy"]
    name = "paper.pages_total" if policy == "all" else "paper.pages_counted"
    reading = reading_or_why(evidence, name, unit=UNIT)
    total = evidence.reading("paper.pages_total").value
    if not isinstance(reading.value, int):
        if isinstance(total, int) and total < least:
            yield _finding("fail", total, least, f"{counted(total, 'pages')} in all")
        else:
            yield Finding(verdict="unknown", message=f"pages: {reading.why}", limit=least, unit=UNIT)
        return
    message = f"{counted(reading.value, 'pages')} counted"
    if reading.value >= least:
        yield _finding("pass", reading.value, least, message)
    elif isinstance(total, int) and total >= least and policy != "all" and _is_doubtful(evidence):
        message = f"{message}, {total} in all, and where the references begin is in doubt"
        yield Finding(verdict="unknown", message=message, measured=reading.value, limit=least, unit=UNIT)
    else:
        yield _finding("fail", reading.value, least, message)


def _finding(verdict: Literal["pass", "fail"], pages: int, least: int, message: str) -> Finding:
    return Finding(
        verdict=verdict,
        message=f"{message}, at least {least} asked for",
        measured=pages,
        limit=least,
        unit=UNIT,
        excess=least - pages if verdict == "fail" else None,
        witness="observed",
    )


def _is_doubtful(evidence: Evidence) -> bool:
    return any(
        paper.references_confidence != "high" or of_kind(paper.flags, {*REFERENCES_DOUBTFUL, *PAGES_DOUBTFUL})
        for paper in evidence.papers
    )
